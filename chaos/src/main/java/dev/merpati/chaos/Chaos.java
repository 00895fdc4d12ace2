package dev.merpati.chaos;

import dev.merpati.chaos.fault.Arena;
import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.chaos.load.Load;
import dev.merpati.chaos.load.LoginRate;
import dev.merpati.cluster.GatewayProcess;
import dev.merpati.cluster.LinkedSession;
import dev.merpati.cluster.LocalCluster;
import dev.merpati.cluster.SimulatorClient;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Starts a cluster, lets every fault happen under load, and judges. */
final class Chaos {
    private static final int RECIPIENTS = 10;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration AFTER = Duration.ofSeconds(6);
    private static final Duration READING = Duration.ofSeconds(30);
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);
    /** The pace that each worker keeps, and half as much again since two of a second's edges can fall together. */
    private static final double LOGINS_PER_SECOND_AND_WORKER = 25 * 1.5;

    private final ChaosOptions options;
    private final PrintStream out;

    Chaos(ChaosOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Runs all faults; the results are judged once more after the last of them, for what arrived late. */
    List<Result> run() throws InterruptedException {
        out.println("Starting Kafka, Redis, WhatsApp, " + options.gateways() + " gateways and " + options.workers()
                + " workers; logs in " + options.folder().resolve("logs"));
        try (LocalCluster cluster = LocalCluster.in(options.folder())
                .gateways(options.gateways())
                .workers(options.workers())
                .sessionTimeout(ChaosOptions.SESSION_TIMEOUT)
                .behindProxies()
                .start()) {
            out.println("Linking " + options.sessions() + " sessions");
            List<LinkedSession> sessions = cluster.linkSessions(options.sessions());
            Arena arena = new Arena(cluster, options.sessions(), ChaosOptions.SESSION_TIMEOUT, options.away());
            List<Round> rounds = new ArrayList<>();
            for (Fault fault : options.faults()) {
                out.println(fault.label() + ": " + fault.description());
                Round round = round(fault, arena, cluster, sessions);
                rounds.add(round);
                Report.print(judgedWhenRead(round, cluster.simulator().client()), out);
            }
            return rounds.stream()
                    .map(round -> round.judged(cluster.simulator().client()))
                    .toList();
        }
    }

    /** Phones read what is acknowledged one message after the other: after an outage they have much to read. */
    private static Result judgedWhenRead(Round round, SimulatorClient simulator) throws InterruptedException {
        Instant end = Instant.now().plus(READING);
        Result result = round.judged(simulator);
        while (result.count(Verdict.LOST) > 0 && Instant.now().isBefore(end)) {
            Thread.sleep(Duration.ofSeconds(1));
            result = round.judged(simulator);
        }
        return result;
    }

    private Round round(Fault fault, Arena arena, LocalCluster cluster, List<LinkedSession> sessions)
            throws InterruptedException {
        Ledger ledger = new Ledger();
        arena.begin(ledger);
        fault.prepare(arena);
        List<String> recipients =
                Stream.generate(cluster::newNumber).limit(RECIPIENTS).toList();
        Load load = new Load(
                cluster.gateways().stream().map(GatewayProcess::client).toList(), sessions, recipients, ledger);
        try (LoginRate logins = new LoginRate(cluster.simulator().client())) {
            load.start(
                    options.textsPerSecond(),
                    options.checksPerSecond(),
                    new Random(options.seed() + fault.name().hashCode()));
            Thread.sleep(BEFORE);
            fault.strike(arena);
            arena.awaitAllConnected(RECOVERY_LIMIT);
            Thread.sleep(AFTER);
            load.finish();
            double most = LOGINS_PER_SECOND_AND_WORKER * cluster.workers().size();
            if (logins.peakPerSecond() > most) {
                ledger.addFinding("a herd: " + logins.peakPerSecond() + " logins per second, allowed are " + most);
            }
            return new Round(fault, ledger, recipients, arena.strikes(), logins.logins(), logins.peakPerSecond());
        }
    }
}
