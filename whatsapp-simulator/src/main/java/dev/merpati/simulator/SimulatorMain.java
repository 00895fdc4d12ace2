package dev.merpati.simulator;

import dev.merpati.simulator.phone.PhoneTraits;
import dev.merpati.simulator.rule.ClientVersion;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.server.MockPhones;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Runs a simulator as a process of its own, until it is interrupted. */
public final class SimulatorMain {
    private static final String HELP = """
            Usage: ./merpati simulator [option=value ...], or java -jar whatsapp-simulator-exec.jar [option=value ...]

              --bind=ADDRESS          address of both ports (127.0.0.1)
              --proxy-port=PORT       where WhatsApp clients connect (3128); 0: a free port
              --control-port=PORT     control API and page (8090); 0: a free port
              --dir=DIRECTORY         keep state there across restarts (none: in memory)
              --verify=MODE           none, sample or all: how much the phones decrypt (all)
              --read-receipts=MODE    auto or manual (manual)
              --qr-first=SECONDS      life of a pairing's first QR code (60)
              --qr-next=SECONDS       life of each of the other five (20)
              --ack-latency=MILLIS    delay before every acknowledgement (0)
              --minimum-version=V     the oldest version of WhatsApp Web that may log in (2.3000.1030000000)
              --linking-version=V     the oldest that can be linked (2.3000.1035000000)
              --new-chat-refusals=N   refusals of new chats with which the time-lock of an account starts (5)
              --time-lock=SECONDS     how long it lasts (21600)
              --new-chat-cap=N        new chats that an account may begin (0: any number)
              --without-rules=RULES   rules that are not enforced, with commas between; GET /sim/rules lists them (none)
              --unmigrated            new phones have accounts whose chats are addressed by numbers
              --restricted            only trusted contacts may write to new phones
              --passkey               new phones link devices with a passkey only
              --hosted                new phones have hosted business accounts
              --ca=FILE               PEM with the certificate and the private key of your own root (none: one is made)
              --host=NAMES            further names and addresses that clients connect to, with commas between
              --media-host=HOST:PORT  where clients are told to upload (mmg.whatsapp.net, or what they connected to)
              --media-token=SECONDS   how long the permission to upload is valid (3600)
              --help
            """;
    private static final int DEFAULT_PROXY_PORT = 3128;
    private static final String LOGBACK_FILE = "logback.configurationFile";

    private SimulatorMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        // Before the first logger is made, which reads it.
        if (System.getProperty(LOGBACK_FILE) == null) {
            System.setProperty(LOGBACK_FILE, "simulator-process-logback.xml");
        }
        SimulatorOptions options;
        try {
            if (List.of(arguments).contains("--help")) {
                System.out.print(HELP);
                return;
            }
            options = parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(HELP);
            System.exit(2);
            return;
        }
        Simulator simulator = Simulator.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
        announce(simulator, options, System.out);
        new CountDownLatch(1).await();
    }

    /** @throws IllegalArgumentException naming the option that is wrong, what was found and what is allowed */
    static SimulatorOptions parse(String... arguments) {
        SimulatorOptions options = SimulatorOptions.defaults().withProxyPort(DEFAULT_PROXY_PORT);
        Duration first = options.firstQrLifetime();
        Duration next = options.nextQrLifetime();
        PhoneTraits phones = options.newPhones();
        HostOptions hosts = options.hosts();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            switch (name) {
                case "--bind" -> options = options.withBindAddress(value);
                case "--proxy-port" -> options = options.withProxyPort(number(name, value));
                case "--control-port" -> options = options.withControlPort(number(name, value));
                case "--dir" -> options = options.withDirectory(Path.of(value));
                case "--verify" -> options = options.withVerify(choice(name, value, VerifyMode.class));
                case "--read-receipts" -> options = options.withReadReceipts(choice(name, value, ReadReceipts.class));
                case "--qr-first" -> first = Duration.ofSeconds(number(name, value));
                case "--qr-next" -> next = Duration.ofSeconds(number(name, value));
                case "--ack-latency" -> options = options.withAckLatency(Duration.ofMillis(number(name, value)));
                case "--new-chat-refusals" ->
                    options = options.withNewChats(number(name, value), options.timeLock(), options.newChatCap());
                case "--time-lock" ->
                    options = options.withNewChats(
                            options.refusalsAllowed(), Duration.ofSeconds(number(name, value)), options.newChatCap());
                case "--new-chat-cap" ->
                    options = options.withNewChats(options.refusalsAllowed(), options.timeLock(), number(name, value));
                case "--minimum-version" ->
                    options = options.withVersions(version(name, value), options.linkingVersion());
                case "--linking-version" ->
                    options = options.withVersions(options.minimumVersion(), version(name, value));
                case "--without-rules" -> options = options.withoutRules(rules(name, value));
                case "--unmigrated" -> phones = phones.withMigrated(!flag(name, value));
                case "--restricted" -> phones = phones.withRestricted(flag(name, value));
                case "--passkey" -> phones = phones.withPasskey(flag(name, value));
                case "--hosted" -> phones = phones.withHosted(flag(name, value));
                case "--ca" -> hosts = hosts.withCertificateAuthority(Path.of(value));
                case "--host" -> hosts = hosts.withNames(List.of(value.split(",", -1)));
                case "--media-host" -> hosts = hosts.withMediaHost(value);
                case "--media-token" -> hosts = hosts.withMediaTokenLifetime(Duration.ofSeconds(number(name, value)));
                default -> throw new IllegalArgumentException("There is no option " + name);
            }
        }
        return options.withQrLifetimes(first, next).withNewPhones(phones).withHosts(hosts);
    }

    private static ClientVersion version(String name, String value) {
        try {
            return ClientVersion.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ", " + e.getMessage(), e);
        }
    }

    private static boolean flag(String name, String value) {
        if (!value.isEmpty()) {
            throw new IllegalArgumentException(name + ": found " + value + ", allowed no value");
        }
        return true;
    }

    private static Set<Rule> rules(String name, String value) {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        for (String rule : value.split(",", -1)) {
            if (!rule.isBlank()) {
                rules.add(Rule.ofWireName(rule.strip())
                        .orElseThrow(() -> new IllegalArgumentException(
                                name + ": found " + rule.strip() + ", allowed " + switchableRules())));
            }
        }
        return rules;
    }

    private static String switchableRules() {
        return Arrays.stream(Rule.values())
                .filter(Rule::isSwitchable)
                .map(Rule::wireName)
                .collect(Collectors.joining(", "));
    }

    private static int number(String name, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, as a negative number is
        }
        throw new IllegalArgumentException(name + ": found " + value + ", allowed a whole number from 0");
    }

    private static <E extends Enum<E>> E choice(String name, String value, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        String allowed = String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList());
        throw new IllegalArgumentException(name + ": found " + value + ", allowed " + allowed);
    }

    private static void announce(Simulator simulator, SimulatorOptions options, PrintStream out) {
        String page = "http://" + options.bindAddress() + ":" + simulator.controlPort();
        String clients = options.bindAddress() + ":" + simulator.proxyPort();
        Path directory = options.directory();
        out.println("WhatsApp simulator, ready");
        out.println("  Page and control API  " + page);
        out.println(
                "  Clients connect to    http://" + clients + " as their proxy, or to wss://" + clients + "/ws/chat");
        out.println("  and trust the root    " + page + "/sim/ca.pem"
                + (directory == null ? "" : ", " + directory.resolve("ca.pem").toAbsolutePath()));
        out.println("  and the Noise root    " + simulator.noiseRoot() + " (" + page + "/sim/noise-root)");
        out.println("  A phone scans a code  on the page, or POST its text to http://" + clients + MockPhones.PATH);
        out.println(
                "  Settings of the usual clients are in the README of the module whatsapp-simulator; --help lists the options.");
    }
}
