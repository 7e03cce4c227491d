package im.client.cli;

import im.client.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands of alice in a process of their own. */
final class ImProcess {
    private ImProcess() {}

    /** @param environment besides that of this process */
    static Process start(ScriptedServer msgServer, Map<String, String> environment, String command, String... arguments)
            throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=im-cli-logback.xml",
                Main.class.getName(),
                command,
                "--server",
                msgServer.address().toString(),
                "--as",
                "alice"));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put(Password.ENVIRONMENT_VARIABLE, "alicepw");
        builder.environment().remove("IM_LOG_LEVEL");
        builder.environment().putAll(environment);
        return builder.start();
    }
}
