package im.bench.report;

import im.bench.server.Profile;
import im.bench.server.Profile.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where servers were while they had loads. */
public final class ProfileFigures {
    private static final int FRAMES = 20;
    private static final int MOST = 4;

    private ProfileFigures() {}

    /** What one was seen in most. */
    public static Table table(String name, Profile profile) {
        Table table = new Table("processor time, " + name, "share", "ours");
        frames(profile)
                .forEach(frame -> table.row(frame.name(), Figures.percent(frame.share()), frame.isOurs() ? "yes" : ""));
        table.row("all of ours", Figures.percent(profile.ours()), "yes");
        table.row("JVM, compiling: besides", Figures.percent(profile.compiling()), "");
        return table;
    }

    private static List<Frame> frames(Profile profile) {
        return profile.frames().stream().limit(FRAMES).toList();
    }

    /** A line for each case. */
    public static Table summary(Map<String, Profile> profiles) {
        Table table =
                new Table("case", "samples", "compiling besides", "ours", "the largest of ours", "the largest of all");
        profiles.forEach((name, profile) -> table.row(
                name,
                String.format("%,d", profile.samples()),
                Figures.percent(profile.compiling()),
                Figures.percent(profile.ours()),
                shown(profile.largestOfOurs()),
                profile.frames().stream().limit(MOST).map(ProfileFigures::shown).collect(Collectors.joining(", "))));
        return table;
    }

    private static String shown(Frame frame) {
        return "`" + frame.name() + "` " + Figures.percent(frame.share());
    }

    public static Map<String, Object> json(Profile profile) {
        Map<String, Object> frames = new LinkedHashMap<>();
        frames(profile).forEach(frame -> frames.put(frame.name(), frame.share()));
        return Map.of(
                "samples",
                profile.samples(),
                "compiling",
                profile.compiling(),
                "ours",
                profile.ours(),
                "frames",
                frames);
    }
}
