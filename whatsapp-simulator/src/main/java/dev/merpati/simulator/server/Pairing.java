package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeviceIdentity;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client that wants to be paired. It gets six references, each valid for its own time; then the stream ends. After a
 * scan the client counter-signs, and is told to restart the stream (515) and log in.
 */
final class Pairing {
    private static final int REFS = 6;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int RESTART = 515;

    private final Connection connection;
    private final Registration registration;
    private final @Nullable String pushName;
    private final Pairings pairings;
    private final Clock clock;
    private final Stats stats;
    private final ClientChecks checks;
    private final Rules rules;
    private final PairingQueries queries;
    private final List<String> refs = new ArrayList<>();
    private final AtomicReference<@Nullable Scan> scan = new AtomicReference<>();
    private volatile boolean signed;

    /** A phone has scanned; the client's answer to {@code iqId} completes it. */
    private record Scan(Phone phone, Companion companion, String iqId, CompletableFuture<ScanResult> result) {}

    Pairing(
            Connection connection,
            Registration registration,
            @Nullable String pushName,
            Pairings pairings,
            ClientChecks checks,
            Rules rules,
            Clock clock,
            Stats stats) {
        this.connection = connection;
        this.registration = registration;
        this.pushName = pushName;
        this.pairings = pairings;
        this.checks = checks;
        this.rules = rules;
        this.queries = new PairingQueries(this, pairings, rules, connection, registration);
        this.clock = clock;
        this.stats = stats;
    }

    void offer(Duration first, Duration next) {
        List<Node> nodes = new ArrayList<>();
        long expiresAfter = first.toMillis();
        for (int i = 0; i < REFS; i++) {
            String ref = "2@" + Base64.getEncoder().encodeToString(Bytes.random(48));
            refs.add(ref);
            pairings.add(ref, this);
            nodes.add(Node.of("ref", Stanza.text(ref)));
            connection.after(expiresAfter, () -> pairings.remove(ref));
            expiresAfter += next.toMillis();
        }
        connection.after(expiresAfter - next.toMillis(), this::exhausted);
        connection.send(serverIq(
                "pair-device-" + UUID.randomUUID(), Node.of("pair-device").children(nodes)));
    }

    /** What the client's user is called, if the client tells. */
    @Nullable
    String pushName() {
        return pushName;
    }

    CompletableFuture<ScanResult> scan(Phone phone, QrCode code) {
        if (!Arrays.equals(code.noiseKey(), connection.clientStatic())) {
            return refused("The noise key in the code is not the one of the connection");
        }
        if (!Arrays.equals(code.identityKey(), registration.keys().identityKey())) {
            return refused("The identity key in the code is not the one that the client registers");
        }
        if (!registration.isSigned()) {
            return refused("The client's signed pre-key is not signed by its identity key");
        }
        Optional<String> tooOld = checks.linkingRefusal(phone, registration.version());
        if (tooOld.isPresent()) {
            return refused(tooOld.get());
        }
        return admit(phone, code.secret());
    }

    /**
     * Links the client, or demands the phone's passkey first.
     *
     * @param secret that client and phone share since the phone has seen the code
     */
    CompletableFuture<ScanResult> admit(Phone phone, byte[] secret) {
        if (phone.traits().passkey() && rules.enforced(Rule.PASSKEY, phone)) {
            queries.demandPasskey(phone, secret);
            return CompletableFuture.completedFuture(new ScanResult.PasskeyDemanded());
        }
        return link(phone, secret);
    }

    /** Signs the client's keys and waits for its signature. */
    CompletableFuture<ScanResult> link(Phone phone, byte[] secret) {
        int device = phone.nextDevice();
        Companion companion = new Companion(
                Jid.companion(phone.number(), device), device, connection.clientStatic(), registration.keys());
        Scan started = new Scan(phone, companion, UUID.randomUUID().toString(), new CompletableFuture<>());
        if (!scan.compareAndSet(null, started)) {
            return CompletableFuture.completedFuture(new ScanResult.Expired());
        }
        refs.forEach(pairings::remove);
        var _ = phone.withKeys(party -> DeviceIdentity.sign(
                        party,
                        registration.keys().identityKey(),
                        secret,
                        companion.keyIndex(),
                        phone.traits().hosted(),
                        clock.instant()))
                .thenAccept(identity -> connection.send(pairSuccess(started, identity)));
        return started.result()
                .completeOnTimeout(
                        new ScanResult.Refused("The client did not answer"),
                        ANSWER_TIMEOUT.toSeconds(),
                        TimeUnit.SECONDS);
    }

    /** What the client may ask meanwhile. */
    PairingQueries queries() {
        return queries;
    }

    /** Takes the client's iq results. */
    void answered(Node iq) {
        Scan current = scan.get();
        if (current == null || !iq.has("id", current.iqId())) {
            return;
        }
        Phone phone = current.phone();
        Companion companion = current.companion();
        boolean valid = iq.child("pair-device-sign")
                .flatMap(sign -> sign.childContent("device-identity"))
                .filter(identity ->
                        DeviceIdentity.isValid(identity, companion.keys().identityKey(), phone.identityKey()))
                .isPresent();
        if (!valid) {
            current.result().complete(new ScanResult.Refused("The client's signature of its device is wrong"));
            connection.end(Stanza.streamError(500));
            return;
        }
        // From here on the client may leave: some do not wait for the restart that they are about to be asked for.
        signed = true;
        var _ = phone.addCompanion(companion).thenRun(() -> {
            stats.pairings.increment();
            current.result().complete(new ScanResult.Paired(companion.jid()));
            connection.end(Stanza.streamError(RESTART));
        });
    }

    /** The client is gone. */
    void closed() {
        queries.closed();
        refs.forEach(pairings::remove);
        Scan current = scan.get();
        if (current != null && !signed) {
            current.result().complete(new ScanResult.Expired());
        }
    }

    private void exhausted() {
        if (scan.get() == null) {
            connection.end(Node.of("xmlstreamend"));
        }
    }

    private static Node pairSuccess(Scan scan, byte[] identity) {
        Jid jid = scan.companion().jid();
        return serverIq(
                scan.iqId(),
                Node.of(
                        "pair-success",
                        Node.of("device-identity", identity),
                        Node.of("biz").with("name", ""),
                        Node.of("device")
                                .with("jid", jid.toString())
                                .with(
                                        "lid",
                                        scan.phone().hiddenJid(jid.device()).toString()),
                        Node.of("platform").with("name", "android"),
                        Node.of("client-props", clientProps(scan.phone()))));
    }

    /** {@code ClientPairingProps}: field 1 says whether the account's chats are migrated to hidden ids. */
    private static byte[] clientProps(Phone phone) {
        return ProtoMessage.builder()
                .number(1, phone.traits().migrated() ? 1 : 0)
                .build();
    }

    private static Node serverIq(String id, Node child) {
        return Node.of("iq", child)
                .with("from", Jid.USERS)
                .with("type", "set")
                .with("id", id)
                .with("xmlns", "md");
    }

    private static CompletableFuture<ScanResult> refused(String detail) {
        return CompletableFuture.completedFuture(new ScanResult.Refused(detail));
    }
}
