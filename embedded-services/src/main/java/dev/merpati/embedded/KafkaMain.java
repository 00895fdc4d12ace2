package dev.merpati.embedded;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs one broker as a process of its own until it is stopped. Its data survives a kill, so that it can be started again
 * on the same port and folder.
 */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs one KRaft broker on the loopback interface.")
final class KafkaMain implements Callable<Integer> {
    private static final String LOGBACK_FILE = "logback.configurationFile";

    @Option(names = "--data", paramLabel = "FOLDER", required = true, description = "where its data lives")
    private Path data = Path.of("");

    @Option(names = "--port", paramLabel = "N", defaultValue = "9092", description = "(${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--advertised-port",
            paramLabel = "N",
            defaultValue = "0",
            description = "what clients are told to connect to, when there is something between them and the broker")
    private int advertisedPort;

    private KafkaMain() {}

    public static void main(String[] arguments) {
        // Before the first logger is made, which reads it.
        if (System.getProperty(LOGBACK_FILE) == null) {
            System.setProperty(LOGBACK_FILE, "kafka-process-logback.xml");
        }
        System.exit(new CommandLine(new KafkaMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        EmbeddedKafka kafka = EmbeddedKafka.start(data, port, advertisedPort);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            kafka.close();
            stopped.countDown();
        }));
        System.out.println("Kafka is ready on " + kafka.bootstrapServers());
        stopped.await();
        return CommandLine.ExitCode.OK;
    }
}
