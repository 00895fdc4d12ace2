package dev.merpati.simulator.server;

import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clients that show a QR code now, by the references in their codes. Thread-safe. */
public final class Pairings {
    private static final int MAX_COMPANIONS = 4;

    private static final Duration CODE_TIMEOUT = Duration.ofSeconds(20);

    private final Map<String, Pairing> byRef = new ConcurrentHashMap<>();
    private final Map<String, PairingQueries> byNumber = new ConcurrentHashMap<>();
    private final PhoneDirectory phones;
    private final SimulatorOptions options;
    private final Clock clock;
    private final Stats stats;
    private final Rules rules;
    private final ClientChecks checks;

    Pairings(
            PhoneDirectory phones,
            SimulatorOptions options,
            Rules rules,
            ClientChecks checks,
            Clock clock,
            Stats stats) {
        this.phones = phones;
        this.options = options;
        this.rules = rules;
        this.checks = checks;
        this.clock = clock;
        this.stats = stats;
    }

    /** Offers QR codes to a client. */
    Pairing begin(Connection connection, Registration registration, @Nullable String pushName) {
        Pairing pairing = new Pairing(connection, registration, pushName, this, checks, rules, clock, stats);
        pairing.offer(options.firstQrLifetime(), options.nextQrLifetime());
        return pairing;
    }

    void add(String ref, Pairing pairing) {
        byRef.put(ref, pairing);
    }

    void remove(String ref) {
        byRef.remove(ref);
    }

    /** The push name of the client that shows a code, if it has told one. */
    Optional<String> pushName(String text) {
        return QrCode.parse(text).map(code -> byRef.get(code.ref())).map(Pairing::pushName);
    }

    /** A client shows a pairing code for a number; a later one takes its place. */
    void offerCode(String number, PairingQueries client) {
        byNumber.put(number, client);
    }

    void withdrawCode(String number, PairingQueries client) {
        byNumber.remove(number, client);
    }

    /** Pairs the client that shows a pairing code for the phone's number. Completes on any thread. */
    public CompletableFuture<ScanResult> enterCode(Phone phone, String code) {
        PairingQueries client = byNumber.remove(phone.number());
        if (client == null) {
            return CompletableFuture.completedFuture(new ScanResult.Expired());
        }
        if (!phones.isReachable(phone.number())) {
            return refused(Rule.REGISTERED_ACCOUNT, "pairing code", "The phone's number is not registered on WhatsApp");
        }
        if (phone.companions().size() >= MAX_COMPANIONS) {
            return refused(
                    Rule.COMPANION_LIMIT,
                    "pairing code",
                    "The phone has " + MAX_COMPANIONS + " companion devices; unlink one first");
        }
        return client.enter(phone, code)
                .completeOnTimeout(
                        new ScanResult.Refused("The client did not answer"),
                        CODE_TIMEOUT.toSeconds(),
                        TimeUnit.SECONDS);
    }

    /** Pairs the client that shows the code with the phone. Completes on any thread. */
    public CompletableFuture<ScanResult> scan(Phone phone, String text) {
        Optional<QrCode> code = QrCode.parse(text);
        if (code.isEmpty()) {
            return CompletableFuture.completedFuture(new ScanResult.NotACode());
        }
        Pairing pairing = byRef.get(code.get().ref());
        if (pairing == null) {
            return CompletableFuture.completedFuture(new ScanResult.Expired());
        }
        if (!phones.isReachable(phone.number())) {
            return refused(Rule.REGISTERED_ACCOUNT, text, "The phone's number is not registered on WhatsApp");
        }
        if (phone.companions().size() >= MAX_COMPANIONS) {
            return refused(
                    Rule.COMPANION_LIMIT,
                    text,
                    "The phone has " + MAX_COMPANIONS + " companion devices; unlink one first");
        }
        if (!QrCode.hasAddress(text) && rules.enforced(Rule.QR_ADDRESS, phone)) {
            return refused(
                    Rule.QR_ADDRESS,
                    text,
                    "The code does not begin with WhatsApp's address: " + Rule.QR_ADDRESS.remedy());
        }
        return pairing.scan(phone, code.get());
    }

    private CompletableFuture<ScanResult> refused(Rule rule, String code, String detail) {
        int keys = code.indexOf(',');
        rules.refusals().refuse(rule, null, "QR code " + (keys < 0 ? code : code.substring(0, keys)) + ",…");
        return CompletableFuture.completedFuture(new ScanResult.Refused(detail));
    }
}
