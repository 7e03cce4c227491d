package im.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lines over a logarithmic axis, as SVG. */
public final class Plot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 200;
    private static final int TOP = 40;
    private static final int BOTTOM = 55;
    private static final int TICKS = 5;
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private final String title;
    private final String across;
    private final String up;
    private final Map<String, SortedMap<Integer, Double>> lines = new LinkedHashMap<>();
    private double minX = Double.MAX_VALUE;
    private double maxX = 1;
    private double maxY;

    /**
     * @param across what the horizontal axis shows
     * @param up what the vertical axis shows, from zero on
     */
    public Plot(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /** @param points at least two of different place */
    public void line(String name, Map<Integer, Double> points) {
        SortedMap<Integer, Double> sorted = new TreeMap<>(points);
        lines.put(name, sorted);
        minX = Math.min(minX, sorted.firstKey());
        maxX = Math.max(maxX, sorted.lastKey());
        sorted.values().forEach(value -> maxY = Math.max(maxY, value));
    }

    public String svg() {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH,
                HEIGHT);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        text(svg, WIDTH / 2.0, TOP / 2.0, "middle", title);
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", across);
        add(
                svg,
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2,
                escaped(up));
        double step = step();
        for (int i = 0; i * step <= top(); i++) {
            double value = i * step;
            add(
                    svg,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                    LEFT,
                    WIDTH - RIGHT,
                    y(value),
                    y(value));
            text(svg, LEFT - 8, y(value) + 4, "end", value == 0 ? "0" : Figures.number(value));
        }
        lines.values().stream()
                .flatMap(points -> points.keySet().stream())
                .distinct()
                .forEach(place -> text(svg, x(place), HEIGHT - BOTTOM + 18, "middle", String.valueOf(place)));
        int number = 0;
        for (Map.Entry<String, SortedMap<Integer, Double>> line : lines.entrySet()) {
            draw(svg, line.getKey(), line.getValue(), number++);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, String name, SortedMap<Integer, Double> points, int number) {
        String colour = COLOURS.get(number % COLOURS.size());
        String path = points.entrySet().stream()
                .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x(point.getKey()), y(point.getValue())))
                .collect(Collectors.joining(" "));
        add(svg, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, colour);
        points.forEach((place, value) ->
                add(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(place), y(value), colour));
        int y = TOP + 10 + 22 * number;
        int x = WIDTH - RIGHT + 14;
        add(svg, "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>", x, y, colour);
        text(svg, x + 20, y + 6, "start", name);
    }

    private double x(double place) {
        double part = maxX > minX ? Math.log(place / minX) / Math.log(maxX / minX) : 0;
        return LEFT + part * (WIDTH - RIGHT - LEFT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / top() * (HEIGHT - BOTTOM - TOP);
    }

    private double top() {
        return Math.ceil(maxY / step()) * step();
    }

    /** 1, 2 or 5 of some power of ten. */
    private double step() {
        double rough = maxY / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digits = rough / power;
        return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
