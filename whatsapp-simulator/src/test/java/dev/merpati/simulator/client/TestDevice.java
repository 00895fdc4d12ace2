package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A companion device: its keys outlive its connections. */
public final class TestDevice extends QueryingClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private HttpClient http;
    private final KeyPair noise = KeyPair.generate();
    private final SignalParty party = SignalParty.create();
    private byte[] secret = Bytes.random(32);
    private @Nullable ChatSocket socket;
    private final AddressBook addresses = new AddressBook(this);
    private ClientProfile profile = ClientProfile.CURRENT;
    private @Nullable Jid jid;
    private @Nullable Jid hiddenJid;
    private boolean migrated = true;
    private byte[] devicePrefix = {6, 1};
    private byte[] signedIdentity = {};
    private final SSLContext trust;
    private URI chat = URI.create("wss://web.whatsapp.com/ws/chat");
    private @Nullable String pushName;
    private byte @Nullable [] resumes;
    private byte[] routing = {};

    public TestDevice(int proxyPort, SSLContext trust) {
        this.trust = trust;
        http = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)))
                .sslContext(trust)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** Lets it connect to an address without a proxy. */
    public TestDevice connectingTo(URI address) {
        http.shutdownNow();
        http = HttpClient.newBuilder().sslContext(trust).connectTimeout(TIMEOUT).build();
        chat = address;
        return this;
    }

    /** Lets it tell its user's name when it registers. */
    public TestDevice named(String name) {
        pushName = name;
        return this;
    }

    public HttpClient http() {
        return http;
    }

    byte[] noiseKey() {
        return noise.publicKey();
    }

    SignalParty party() {
        return party;
    }

    /** The secret with which the phone has to vouch for this device. */
    byte[] secret() {
        return secret;
    }

    void secret(byte[] agreed) {
        secret = agreed;
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
                .bytes(7, profile.buildHash())
                .build();
        ProtoBuilder payload = profile.payload().number(3, 0).number(33, 0).bytes(19, registration);
        connect(pushName == null ? payload : payload.text(7, pushName));
    }

    private String code(String ref) {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join(
                ",",
                "https://wa.me/settings/linked_devices#" + ref,
                base64.encodeToString(noise.publicKey()),
                base64.encodeToString(party.identityKey()),
                base64.encodeToString(secret),
                "1");
    }

    /** Answers the phone's scan, and waits for the restart that the server asks for. */
    public void finishPairing() {
        signPairing();
        await(node -> node.is("stream:error") && node.has("code", "515"));
    }

    /** Answers the phone's scan. */
    public void signPairing() {
        Node success = await(node -> node.child("pair-success").isPresent());
        PairSuccess paired = new PairSuccess(success, party, secret);
        signedIdentity = paired.countersign(party, devicePrefix);
        jid = paired.jid();
        hiddenJid = paired.hiddenJid();
        addresses.learn(jid.user(), hiddenJid);
        migrated = paired.isMigrated();
        send(iqResult(success)
                .children(List.of(Node.of("pair-device-sign", Node.of("device-identity", signedIdentity)))));
    }

    /** Logs in and waits until the server has said how much was waiting, or that some of it is. */
    public void login() {
        connectToLogin();
        await(node -> node.child("offline").isPresent()
                || node.child("offline_preview").isPresent());
    }

    /** Logs in without waiting for an answer. */
    public void connectToLogin() {
        connect(profile.payload()
                .number(1, Long.parseLong(jid().user()))
                .number(3, 1)
                .number(18, jid().device())
                .number(33, 1));
    }

    /** Lets later connections resume with the server's key, as current clients do; null for none. */
    public void resumeWith(byte @Nullable [] serverStatic) {
        resumes = serverStatic;
    }

    /** Lets later connections begin with routing information. */
    public void routeBy(byte[] information) {
        routing = information;
    }

    /** The handshake of the present connection. */
    public NoiseInitiator handshake() {
        return socket().noise();
    }

    private void connect(ProtoBuilder payload) {
        socket = new ChatSocket(
                http, chat, new NoiseInitiator(noise, payload.build(), resumes), routing, this::reaction);
        socket.awaitOpen();
    }

    /** The query that uploads fresh pre-keys. */
    public Node upload(int count) {
        return PreKeyUpload.of(party, count);
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

    /** Begins a session with the keys of a query's user or of a retry receipt. */
    public void beginSession(String address, Node source) {
        try {
            party.begin(addresses.sessionName(Jid.parse(address).orElseThrow()), bundle(source));
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A message for all devices of a number's account and of the own one, encrypted now. Addressed as the own account is:
     * by hidden ids, unless the phone said at pairing that it is not migrated to them.
     */
    public Node message(String to, String id, byte[] content) {
        return message(to, devicesFor(to), id, content);
    }

    /** The devices that a message to a number's account is for, as the server lists them now. */
    public List<Jid> devicesFor(String to) {
        Jid recipient = addressOf(to);
        Jid own = ownAddress().withoutDevice();
        return addresses.devicesOf(recipient.equals(own) ? List.of(own) : List.of(recipient, own));
    }

    /** A message for devices that were listed before. */
    public Node message(String to, List<Jid> devices, String id, byte[] content) {
        Jid recipient = addressOf(to);
        Jid own = ownAddress();
        byte[] copy = ProtoMessage.builder()
                .message(
                        31, ProtoMessage.builder().text(1, recipient.toString()).bytes(2, content))
                .build();
        List<Node> participants = new ArrayList<>();
        for (Jid device : devices) {
            if (!device.equals(own) && hasSession(device)) {
                boolean toOwn = device.user().equals(own.user());
                participants.add(
                        Node.of("to", encrypted(device, toOwn ? copy : content)).with("jid", device.toString()));
            }
        }
        return Node.of(
                        "message",
                        Node.of("participants").children(participants),
                        Node.of("device-identity", signedIdentity))
                .with("id", id)
                .with("to", recipient.toString())
                .with("type", "text");
    }

    /** The message again, for the one device that asked for it. */
    public Node resend(Jid device, String id, int count, byte[] content) {
        return Node.of(
                        "message",
                        encrypted(device, content).with("count", String.valueOf(count)),
                        Node.of("device-identity", signedIdentity))
                .with("id", id)
                .with("to", device.toString())
                .with("device_fanout", "false")
                .with("type", "text");
    }

    /** Ciphertext for one device. */
    public Node encrypted(Jid device, byte[] content) {
        try {
            Encrypted encrypted = party.encrypt(addresses.sessionName(device), Padding.add(content));
            return Node.of("enc", encrypted.bytes())
                    .with("v", "2")
                    .with("type", encrypted.kind().wireName());
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a message. */
    public void sendMessage(String to, String id, byte[] content) {
        send(message(to, id, content));
    }

    /** The address under which this device writes to a number. */
    public Jid addressOf(String number) {
        return migrated ? addresses.hiddenId(number) : Jid.phone(number);
    }

    /** The address under which this device writes. */
    public Jid ownAddress() {
        return migrated ? hiddenJid() : jid();
    }

    /** Writes to hidden ids from now on, as its phone and the server's properties say. */
    public void migrate() {
        migrated = true;
    }

    /** Asks anew for the hidden id of a number the next time. */
    public void forgetAddress(String number) {
        addresses.forget(number);
    }

    private boolean hasSession(Jid device) {
        return party.hasSession(addresses.sessionName(device)) || renewSession(device);
    }

    /** Begins a new session with a device; returns whether the server has keys for that. */
    public boolean renewSession(Jid device) {
        Node user = Node.of("user").with("jid", device.toString());
        Node bundle = ask(iq("get", "encrypt", Node.of("key", user)))
                .child("list")
                .orElseThrow()
                .child("user")
                .orElseThrow();
        if (bundle.child("skey").isEmpty()) {
            return false;
        }
        beginSession(device.toString(), bundle);
        return true;
    }

    public Node text(String to, String id, String text) {
        return message(to, id, ProtoMessage.builder().text(1, text).build());
    }

    /** Sends a text and waits for the acknowledgement. */
    public Node sendText(String to, String id, String text) {
        send(text(to, id, text));
        return awaitAck(id);
    }

    /** The text of a message that arrived. */
    public String read(Node message) {
        return open(message).text(1).orElseThrow();
    }

    /** What is in a message that arrived. */
    public ProtoMessage open(Node message) {
        Node enc = message.child("enc").orElseThrow();
        Encrypted.Kind kind = enc.has("type", "pkmsg") ? Encrypted.Kind.PKMSG : Encrypted.Kind.MSG;
        try {
            Jid from = Jid.parse(message.attribute("from")).orElseThrow();
            Jid.parse(message.attribute("sender_pn")).ifPresent(number -> addresses.learn(number.user(), from));
            byte[] plaintext = party.decrypt(
                    addresses.sessionName(from),
                    new Encrypted(kind, enc.content().orElseThrow()));
            return ProtoMessage.parse(Padding.remove(plaintext));
        } catch (SignalException e) {
            throw new IllegalStateException(e);
        }
    }

    public Jid jid() {
        if (jid == null) {
            throw new IllegalStateException("Not linked");
        }
        return jid;
    }

    /** The device's own hidden address. */
    public Jid hiddenJid() {
        if (hiddenJid == null) {
            throw new IllegalStateException("Not linked");
        }
        return hiddenJid;
    }

    /** Signs its identity with another prefix than 06 01 at the next pairing. */
    public void signWith(byte... prefix) {
        devicePrefix = prefix.clone();
    }

    /** Says something else about the client's software from the next connection on. */
    public void pretend(ClientProfile other) {
        profile = other;
    }

    public void disconnect() {
        socket().abort();
    }

    @Override
    ChatSocket socket() {
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
