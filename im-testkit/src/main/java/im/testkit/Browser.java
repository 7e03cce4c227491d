package im.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page in a Chromium without a window, which is asked over the DevTools protocol what it shows: a page that listens to its server for ever
 * is never finished, so there is no moment at which it could be dumped. For one thread.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES = List.of(
            "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([0-9.:]+)/");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\": *\"([^\"]+)\"");
    private static final Pattern VALUE = Pattern.compile("\"type\":\"string\",\"value\":\"([^\"]*)\"");

    private final Process process;
    private final WebSocket page;
    private final BlockingQueue<String> answers;

    private Browser(Process process, WebSocket page, BlockingQueue<String> answers) {
        this.process = process;
        this.page = page;
        this.answers = answers;
    }

    /**
     * Opens a page. Where no Chromium is installed the test that wants one is skipped, which it says.
     *
     * @param scratch an empty folder for what the browser keeps
     */
    public static Browser open(URI url, Path scratch) throws IOException, InterruptedException {
        Optional<Path> program = program();
        assumeTrue(program.isPresent(), "no Chromium on the PATH (one of " + NAMES + "), so pages are not looked at");
        Path said = scratch.resolve("said");
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "--headless",
                        // It sees nothing but our own pages, and cannot have one where tests run as root.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + scratch.resolve("profile"),
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            Eventually.until("the browser listens", () -> address(said).isPresent() || !process.isAlive());
            String output = read(said);
            String address = address(said).orElseThrow(() -> new IOException("the browser did not start: " + output));
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest fresh = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?" + url))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            String described =
                    client.send(fresh, HttpResponse.BodyHandlers.ofString()).body();
            Matcher found = PAGE.matcher(described);
            if (!found.find()) {
                throw new IOException("the browser opens no page: " + described);
            }
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            WebSocket page = client.newWebSocketBuilder()
                    .buildAsync(URI.create(found.group(1)), new Ears(answers))
                    .join();
            Browser browser = new Browser(process, page, answers);
            String whole = "complete " + url;
            Eventually.until(
                    "the page is there",
                    () -> browser.tried("document.readyState + ' ' + location.href")
                            .filter(whole::equals)
                            .isPresent());
            return browser;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Optional<Path> program() {
        return NAMES.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String read(Path said) throws IOException {
        return Files.exists(said) ? Files.readString(said) : "";
    }

    private static Optional<String> address(Path said) throws IOException {
        Matcher found = LISTENING.matcher(read(said));
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<String> answers;
        private final StringBuilder parts = new StringBuilder();

        Ears(BlockingQueue<String> answers) {
            this.answers = answers;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                answers.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    /** What people read on the page now. */
    public String text() throws InterruptedException {
        return evaluate("document.body.innerText");
    }

    /** @param expression in JavaScript, on one line; what it gives is made a text */
    public String evaluate(String expression) throws InterruptedException {
        return tried(expression).orElseThrow(() -> new AssertionError("the browser cannot say what is " + expression));
    }

    private Optional<String> tried(String expression) throws InterruptedException {
        String escaped = expression.replace("\\", "\\\\").replace("\"", "\\\"");
        page.sendText(
                        "{\"id\":1,\"method\":\"Runtime.evaluate\",\"params\":{\"returnByValue\":true,\"expression\":"
                                + "\"encodeURIComponent(String(" + escaped + "))\"}}",
                        true)
                .join();
        String answer = answers.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("the browser does not answer");
        }
        Matcher value = VALUE.matcher(answer);
        return value.find() ? Optional.of(URLDecoder.decode(value.group(1), StandardCharsets.UTF_8)) : Optional.empty();
    }

    @Override
    public void close() {
        page.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
