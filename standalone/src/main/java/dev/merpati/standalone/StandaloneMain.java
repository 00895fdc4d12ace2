package dev.merpati.standalone;

import dev.merpati.standalone.StandaloneOptions.WhatsApp;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts standalone from the command line, and shuts it down cleanly on Ctrl-C or SIGTERM. */
@Command(
        name = "./merpati start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts Kafka, Redis, the gateway, a worker, a dispatcher of events and the WhatsApp simulator on this machine.")
final class StandaloneMain implements Callable<Integer> {
    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "what the REST API and the simulator listen on (${DEFAULT-VALUE}); 0.0.0.0 lets other machines"
                            + " in. Metrics, Kafka and Redis stay on this machine.")
    private String bind = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", defaultValue = "8080", description = "REST API (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--simulator-port",
            paramLabel = "N",
            defaultValue = "8090",
            description = "the simulator's page and control API (${DEFAULT-VALUE})")
    private int simulatorPort;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "data",
            description = "where all data lives (./${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    private StandaloneMain() {}

    public static void main(String[] arguments) {
        int exitCode = new CommandLine(new StandaloneMain())
                .setExecutionExceptionHandler((exception, commandLine, result) -> {
                    if (exception instanceof StartupException) {
                        commandLine.getErr().println("merpati: " + exception.getMessage());
                    } else {
                        exception.printStackTrace(commandLine.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments);
        // Also ends threads that a failed start may have left.
        System.exit(exitCode);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (DataFolder.makePrivate(data)) {
            System.out.println(
                    "merpati: the data folder " + data.toAbsolutePath().normalize()
                            + " was open to other users of this machine; now only its owner can use it");
        }
        // Before the first logger is made, which reads it.
        System.setProperty("merpati.log.file", DataFolder.log(data).toString());
        CountDownLatch stopped = new CountDownLatch(1);
        StandaloneOptions options =
                new StandaloneOptions(Addresses.parse(bind), port, simulatorPort, data, whatsApp(), Map.of());
        // The hook is there before anything is started, so that a Ctrl-C during the start leaves nothing behind.
        Standalone standalone = new Standalone(options);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            standalone.close();
            stopped.countDown();
        }));
        standalone.start();
        System.out.println(Banner.of(standalone.endpoints(), DataFolder.log(data)));
        stopped.await();
        return CommandLine.ExitCode.OK;
    }

    private static WhatsApp whatsApp() {
        String wanted = System.getenv().getOrDefault("WHATSAPP", "simulator");
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "simulator" -> WhatsApp.SIMULATOR;
            case "real" -> WhatsApp.REAL;
            default -> throw new StartupException("WHATSAPP is '" + wanted + "', allowed are 'simulator' and 'real'");
        };
    }
}
