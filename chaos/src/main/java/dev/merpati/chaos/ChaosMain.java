package dev.merpati.chaos;

import dev.merpati.chaos.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code ./merpati chaos}; its exit code is 1 when anything was lost, duplicated or wrong. */
@Command(
        name = "./merpati chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a broker, a Redis, the WhatsApp simulator, gateways, workers and dispatchers as processes of their own,",
            "keeps a known load in both directions, lets every fault happen, and counts what was lost, duplicated or wrong."
        })
final class ChaosMain implements Callable<Integer> {
    @Option(names = "--short", description = "six faults, 30 sessions, one gateway, two workers, one dispatcher")
    private boolean shortForm;

    @Option(names = "--sessions", paramLabel = "N", description = "(200)")
    private int sessions;

    @Option(names = "--rate", paramLabel = "N", description = "messages per second of all sessions together (40)")
    private int rate;

    @Option(
            names = "--phone-rate",
            paramLabel = "N",
            description = "what phones write per second to all sessions together (20)")
    private int phoneRate;

    @Option(names = "--checks", paramLabel = "N", defaultValue = "2", description = "number checks per second (2)")
    private int checks;

    @Option(
            names = "--away",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long Kafka, Redis, WhatsApp and endpoints are away (60)")
    private int away;

    @Option(names = "--faults", split = ",", paramLabel = "FAULT", description = "these instead of all; see --list")
    private List<String> faults = List.of();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "of the load (1)")
    private long seed;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "chaos/target/runs",
            description = "where each run gets a folder with data and logs (${DEFAULT-VALUE})")
    private Path data = Path.of("");

    @Option(names = "--list", description = "lists the faults and ends")
    private boolean list;

    private ChaosMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            Arrays.stream(Fault.values())
                    .forEach(fault -> System.out.println(
                            String.format(Locale.ROOT, "%-28s %s", fault.label(), fault.description())));
            return CommandLine.ExitCode.OK;
        }
        Files.createDirectories(data);
        List<Result> results = new Chaos(options(), System.out).run();
        return Report.printAll(results, System.out) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private ChaosOptions options() throws IOException {
        List<Fault> all = shortForm ? Fault.SHORT : List.of(Fault.values());
        return new ChaosOptions(
                Files.createTempDirectory(data, "run-").toAbsolutePath(),
                shortForm ? 1 : 2,
                shortForm ? 2 : 3,
                shortForm ? 1 : 2,
                orDefault(sessions, shortForm ? 30 : 200),
                orDefault(rate, shortForm ? 10 : 40),
                orDefault(phoneRate, shortForm ? 10 : 20),
                checks,
                Duration.ofSeconds(away),
                seed,
                faults.isEmpty() ? all : faults.stream().map(ChaosMain::fault).toList());
    }

    private static int orDefault(int wanted, int value) {
        return wanted == 0 ? value : wanted;
    }

    private static Fault fault(String label) {
        return Arrays.stream(Fault.values())
                .filter(fault -> fault.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '" + label + "'; see --list"));
    }
}
