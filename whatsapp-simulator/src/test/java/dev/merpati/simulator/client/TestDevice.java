package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A companion device: its keys outlive its connections. */
public final class TestDevice implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http;
    private final KeyPair noise = KeyPair.generate();
    private final SignalParty party = SignalParty.create();
    private final byte[] secret = Bytes.random(32);
    private @Nullable ChatSocket socket;
    private @Nullable Jid jid;
    private byte[] signedIdentity = {};
    private volatile boolean acknowledges = true;

    public TestDevice(int proxyPort, SSLContext trust) {
        http = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)))
                .sslContext(trust)
                .connectTimeout(TIMEOUT)
                .build();
    }

    public HttpClient http() {
        return http;
    }

    /** Connects as a device that is not linked and waits for the references. */
    public List<String> requestCodes() {
        register(party.identityKey());
        Node offer = await(node -> node.child("pair-device").isPresent());
        send(iqResult(offer));
        return offer.child("pair-device").orElseThrow().children("ref").stream()
                .map(ref -> code(ref.contentText().orElseThrow()))
                .toList();
    }

    /** Connects as a device that is not linked, with an identity key of the test's choice. */
    public void register(byte[] identityKey) {
        PreKeyBundle bundle = party.bundle();
        byte[] registration = ProtoMessage.builder()
                .bytes(1, Bytes.bigEndian(bundle.registrationId(), 4))
                .bytes(2, new byte[] {Keys.TYPE})
                .bytes(3, identityKey)
                .bytes(4, Bytes.bigEndian(bundle.signedPreKeyId(), 3))
                .bytes(5, bundle.signedPreKey())
                .bytes(6, bundle.signature())
                .build();
        connect(ProtoMessage.builder().number(3, 0).number(33, 0).bytes(19, registration));
    }

    private String code(String ref) {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join(
                ",",
                ref,
                base64.encodeToString(noise.publicKey()),
                base64.encodeToString(party.identityKey()),
                base64.encodeToString(secret),
                "1");
    }

    /** Answers the phone's scan, and waits for the restart that the server asks for. */
    public void finishPairing() {
        Node success = await(node -> node.child("pair-success").isPresent());
        Node pair = success.child("pair-success").orElseThrow();
        ProtoMessage wrapped =
                ProtoMessage.parse(pair.childContent("device-identity").orElseThrow());
        byte[] signed = wrapped.requiredBytes(1);
        if (!Arrays.equals(Hash.hmac(secret, signed), wrapped.requiredBytes(2))) {
            throw new IllegalStateException("The phone did not see the code");
        }
        ProtoMessage identity = ProtoMessage.parse(signed);
        byte[] details = identity.requiredBytes(1);
        byte[] account = identity.requiredBytes(2);
        if (!Keys.verify(
                account, Bytes.concat(new byte[] {6, 0}, details, party.identityKey()), identity.requiredBytes(3))) {
            throw new IllegalStateException("The phone did not sign the device");
        }
        byte[] signature = party.sign(Bytes.concat(new byte[] {6, 1}, details, party.identityKey(), account));
        signedIdentity = ProtoMessage.builder()
                .bytes(1, details)
                .bytes(3, identity.requiredBytes(3))
                .bytes(4, signature)
                .build();
        jid = Jid.parse(pair.child("device").orElseThrow().attribute("jid")).orElseThrow();
        send(iqResult(success)
                .children(List.of(Node.of("pair-device-sign", Node.of("device-identity", signedIdentity)))));
        await(node -> node.is("stream:error") && node.has("code", "515"));
    }

    /** Logs in and waits until the server has said how much was waiting. */
    public void login() {
        connectToLogin();
        await(node -> node.is("ib"));
    }

    /** Logs in without waiting for an answer. */
    public void connectToLogin() {
        connect(ProtoMessage.builder()
                .number(1, Long.parseLong(jid().user()))
                .number(3, 1)
                .number(18, jid().device())
                .number(33, 1));
    }

    /** Whether what arrives is confirmed at once, as clients do; true until told otherwise. */
    public void acknowledge(boolean value) {
        acknowledges = value;
    }

    /** What a client confirms a message, receipt or notification with. */
    public static Node ack(Node received) {
        return Node.of("ack")
                .with("class", received.tag())
                .with("id", received.text("id"))
                .with("to", received.text("from"))
                .with("type", received.is("message") ? null : received.attribute("type"));
    }

    private Optional<Node> reaction(Node received) {
        return acknowledges && Set.of("message", "receipt", "notification").contains(received.tag())
                ? Optional.of(ack(received))
                : Optional.empty();
    }

    private void connect(ProtoBuilder payload) {
        socket = new ChatSocket(http, noise, payload.build(), this::reaction);
        socket.awaitOpen();
    }

    /** Uploads keys and returns them: identity key, signed pre-key, its signature, one-time pre-keys. */
    public List<byte[]> uploadPreKeys(int count) {
        Node upload = upload(count);
        ask(upload);
        Node skey = upload.child("skey").orElseThrow();
        List<byte[]> uploaded = new ArrayList<>(List.of(
                upload.childContent("identity").orElseThrow(),
                skey.childContent("value").orElseThrow(),
                skey.childContent("signature").orElseThrow()));
        upload.child("list")
                .orElseThrow()
                .children()
                .forEach(key -> uploaded.add(key.childContent("value").orElseThrow()));
        return uploaded;
    }

    /** The query that uploads fresh pre-keys. */
    public Node upload(int count) {
        PreKeyBundle bundle = party.bundle();
        List<Node> keys = IntStream.range(0, count)
                .mapToObj(_ -> (PreKeyBundle.Some) party.bundle().oneTimeKey())
                .map(key -> Node.of("key", Node.of("id", Bytes.bigEndian(key.id(), 3)), Node.of("value", key.key())))
                .toList();
        return iq(
                "set",
                "encrypt",
                Node.of("registration", Bytes.bigEndian(bundle.registrationId(), 4)),
                Node.of("identity", bundle.identityKey()),
                Node.of("list").children(keys),
                Node.of(
                        "skey",
                        Node.of("id", Bytes.bigEndian(bundle.signedPreKeyId(), 3)),
                        Node.of("value", bundle.signedPreKey()),
                        Node.of("signature", bundle.signature())));
    }

    /** Fetches a phone's keys and begins a session with it. */
    public void beginSession(String number) {
        Node user = Node.of("user").with("jid", Jid.phone(number).toString());
        Node answer = ask(iq("get", "encrypt", Node.of("key", user)));
        beginSession(
                Jid.phone(number).toString(),
                answer.child("list").orElseThrow().child("user").orElseThrow());
    }

    /** Begins a session with the keys of a query's user or of a retry receipt. */
    public void beginSession(String address, Node source) {
        try {
            party.begin(address, bundle(source));
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The keys of a query's user or of a retry receipt. */
    public static PreKeyBundle bundle(Node source) {
        Node keys = source.child("keys").orElse(source);
        Node skey = keys.child("skey").orElseThrow();
        Node key = keys.child("key").orElseThrow();
        return new PreKeyBundle(
                Bytes.fromBigEndian(source.childContent("registration").orElseThrow()),
                keys.childContent("identity").orElseThrow(),
                Bytes.fromBigEndian(skey.childContent("id").orElseThrow()),
                skey.childContent("value").orElseThrow(),
                skey.childContent("signature").orElseThrow(),
                new PreKeyBundle.Some(
                        Bytes.fromBigEndian(key.childContent("id").orElseThrow()),
                        key.childContent("value").orElseThrow()));
    }

    /** A message stanza for one phone, encrypted now. */
    public Node message(String to, String id, byte[] content) {
        if (!party.hasSession(Jid.phone(to).toString())) {
            beginSession(to);
        }
        try {
            Encrypted encrypted = party.encrypt(Jid.phone(to).toString(), Padding.add(content));
            Node enc = Node.of("enc", encrypted.bytes())
                    .with("v", "2")
                    .with("type", encrypted.kind().wireName());
            return Node.of(
                            "message",
                            Node.of(
                                    "participants",
                                    Node.of("to", enc).with("jid", Jid.phone(to).toString())),
                            Node.of("device-identity", signedIdentity))
                    .with("id", id)
                    .with("to", Jid.phone(to).toString())
                    .with("type", "text");
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a message to one phone. */
    public void sendMessage(String to, String id, byte[] content) {
        send(message(to, id, content));
    }

    /** A text with a copy for the own phone, as clients send it. */
    public Node textWithCopy(String to, String id, String text) {
        byte[] content = ProtoMessage.builder().text(1, text).build();
        Node message = message(to, id, content);
        Node copy = message(
                jid().user(),
                id,
                ProtoMessage.builder()
                        .message(
                                31,
                                ProtoMessage.builder()
                                        .text(1, Jid.phone(to).toString())
                                        .bytes(2, content))
                        .build());
        List<Node> participants =
                new ArrayList<>(message.child("participants").orElseThrow().children());
        participants.addAll(copy.child("participants").orElseThrow().children());
        return message.children(List.of(
                Node.of("participants").children(participants),
                message.child("device-identity").orElseThrow()));
    }

    public Node text(String to, String id, String text) {
        return message(to, id, ProtoMessage.builder().text(1, text).build());
    }

    /** Sends a text and waits for the acknowledgement. */
    public Node sendText(String to, String id, String text) {
        send(text(to, id, text));
        return awaitAck(id);
    }

    public Node awaitAck(String id) {
        return await(node -> node.is("ack") && node.has("id", id));
    }

    /** The text of a message that arrived. */
    public String read(Node message) {
        return open(message).text(1).orElseThrow();
    }

    /** The content of a message that arrived. */
    public ProtoMessage open(Node message) {
        Node enc = message.child("enc").orElseThrow();
        Encrypted.Kind kind = enc.has("type", "pkmsg") ? Encrypted.Kind.PKMSG : Encrypted.Kind.MSG;
        try {
            byte[] plaintext = party.decrypt(
                    message.text("from"), new Encrypted(kind, enc.content().orElseThrow()));
            return ProtoMessage.parse(Padding.remove(plaintext));
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
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

    /** Whether a root key vouches for the server of the present connection. */
    public boolean isSignedBy(byte[] rootKey) {
        return socket().isSignedBy(rootKey);
    }

    public List<Integer> pieces() {
        return socket().pieces();
    }

    /** How the present connection ends. */
    public CompletableFuture<String> closed() {
        return socket().closed();
    }

    public Jid jid() {
        if (jid == null) {
            throw new IllegalStateException("Not linked");
        }
        return jid;
    }

    public void disconnect() {
        socket().abort();
    }

    private ChatSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("Not connected");
        }
        return socket;
    }

    private static Node iqResult(Node iq) {
        return Node.of("iq").with("id", iq.text("id")).with("to", Jid.USERS).with("type", "result");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
