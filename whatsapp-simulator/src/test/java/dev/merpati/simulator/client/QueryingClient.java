package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.signal.PreKeyBundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What every client does with its connection: sends, asks, and waits for what comes. */
abstract class QueryingClient {
    private volatile boolean acknowledges = true;
    private volatile boolean asks = true;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The present connection. */
    abstract ChatSocket socket();

    /** The keys of a query's user or of a retry receipt. */
    public static PreKeyBundle bundle(Node source) {
        Node keys = source.child("keys").orElse(source);
        Node skey = keys.child("skey").orElseThrow();
        PreKeyBundle.OneTimeKey oneTime = keys.child("key")
                .<PreKeyBundle.OneTimeKey>map(key -> new PreKeyBundle.Some(
                        Bytes.fromBigEndian(key.childContent("id").orElseThrow()),
                        key.childContent("value").orElseThrow()))
                .orElseGet(PreKeyBundle.None::new);
        return new PreKeyBundle(
                Bytes.fromBigEndian(source.childContent("registration").orElseThrow()),
                keys.childContent("identity").orElseThrow(),
                Bytes.fromBigEndian(skey.childContent("id").orElseThrow()),
                skey.childContent("value").orElseThrow(),
                skey.childContent("signature").orElseThrow(),
                oneTime);
    }

    public Node awaitAck(String id) {
        return await(node -> node.is("ack") && node.has("id", id));
    }

    /** Sends a query and waits for its answer. */
    public Node ask(Node iq) {
        send(iq);
        return await(node -> node.is("iq") && node.has("id", iq.text("id")));
    }

    public static Node iq(String type, String xmlns, Node... children) {
        return Node.of("iq", children)
                .with("id", UUID.randomUUID().toString())
                .with("to", Jid.USERS)
                .with("type", type)
                .with("xmlns", xmlns);
    }

    public static Node numberCheck(String... numbers) {
        List<Node> users = Arrays.stream(numbers)
                .map(number -> Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8))))
                .toList();
        Node usync = Node.of(
                        "usync",
                        Node.of("query", Node.of("contact")),
                        Node.of("list").children(users))
                .with("sid", "1")
                .with("mode", "query")
                .with("last", "true")
                .with("index", "0")
                .with("context", "interactive");
        return iq("get", "usync", usync);
    }

    public void send(Node node) {
        socket().send(node);
    }

    /** Waits for a node of the present connection. */
    public Node await(Predicate<Node> condition) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> find(condition), Optional::isPresent)
                .orElseThrow();
    }

    /** All nodes of a kind that the present connection has received. */
    public List<Node> all(Predicate<Node> condition) {
        return socket().received().stream().filter(condition).toList();
    }

    /** Asks for a message that could not be decrypted. */
    public static Node retryReceipt(Jid to, String id, int count) {
        Node retry = Node.of("retry").with("count", String.valueOf(count)).with("id", id);
        return Node.of("receipt", retry)
                .with("to", to.toString())
                .with("id", id)
                .with("type", "retry");
    }

    /** A node that the present connection has received. */
    public Optional<Node> find(Predicate<Node> condition) {
        return socket().received().stream().filter(condition).findFirst();
    }

    /** What a client confirms a message, receipt or notification with. */
    public static Node ack(Node received) {
        return Node.of("ack")
                .with("class", received.tag())
                .with("id", received.text("id"))
                .with("to", received.text("from"))
                .with("type", received.is("message") ? null : received.attribute("type"));
    }

    public List<Integer> pieces() {
        return socket().pieces();
    }

    /** How the present connection ends. */
    public CompletableFuture<String> closed() {
        return socket().closed();
    }

    /** Whether what arrives is confirmed at once, as clients do; true until told otherwise. */
    public void acknowledge(boolean value) {
        acknowledges = value;
    }

    /** Whether a backlog is asked for as soon as it is announced, as clients do; true until told otherwise. */
    public void askForBatches(boolean value) {
        asks = value;
    }

    /** What a client answers at once. */
    Optional<Node> reaction(Node received) {
        if (asks && received.child("offline_preview").isPresent()) {
            return Optional.of(Node.of("ib", Node.of("offline_batch").with("count", "100")));
        }
        return acknowledges && Set.of("message", "receipt", "notification").contains(received.tag())
                ? Optional.of(ack(received))
                : Optional.empty();
    }
}
