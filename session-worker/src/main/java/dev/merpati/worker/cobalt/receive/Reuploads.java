package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the account's phone to upload files again that the media hosts do not keep any more (whatsmeow {@code mediaretry.go}):
 * a receipt {@code server-error}, which a notification {@code mediaretry} answers as soon as the phone is online. Request and
 * answer are encrypted under the file's own key. Thread-safe, never blocks.
 */
public final class Reuploads {
    private static final Logger log = LoggerFactory.getLogger(Reuploads.class);

    private static final byte[] KEY_INFO = "WhatsApp Media Retry Notification".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_PENDING = 1_000;
    /** How soon a phone that has not answered is asked for the same file once more. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    private static final String NOT_ON_PHONE = "2";
    private static final int STANZA_ID = 1;
    private static final int DIRECT_PATH = 2;
    private static final int RESULT = 3;
    private static final int SUCCESS = 1;
    private static final int NOT_FOUND = 2;

    private final Address self;
    private final Consumer<Node> send;
    private final InstantSource clock;
    private final Map<String, Request> pending = new HashMap<>();
    private boolean ended;

    private static final class Request {
        private final byte[] key;
        private final CompletableFuture<ReuploadResult> result = new CompletableFuture<>();
        private Instant askedAt;

        Request(byte[] key, Instant askedAt) {
            this.key = key;
            this.askedAt = askedAt;
        }
    }

    /** @param send sends a stanza that has no response */
    public Reuploads(Address self, Consumer<Node> send, InstantSource clock) {
        this.self = self.account();
        this.send = send;
        this.clock = clock;
    }

    /**
     * Asks for a file. Whoever asks for one that the phone was asked for already waits for the same answer.
     *
     * @return completes when the phone answers, which may take days, or the connection is over
     */
    public CompletableFuture<ReuploadResult> request(ReceivedReference file) {
        Optional<Address> chat = InboundMessages.chatOf(file.origin());
        byte[] key = file.media().key();
        if (chat.isEmpty() || !file.isKnownToPhone() || !Primitives.isKey(key)) {
            return CompletableFuture.completedFuture(new ReuploadResult.Refused("the message is not known any more"));
        }
        Request request;
        boolean ask;
        synchronized (this) {
            if (ended) {
                return CompletableFuture.completedFuture(new ReuploadResult.Unanswered("the connection is over"));
            }
            Instant now = clock.instant();
            request = pending.get(file.messageId());
            ask = request == null || !now.isBefore(request.askedAt.plus(ASK_AGAIN));
            if (request == null) {
                if (pending.size() >= MOST_PENDING) {
                    return CompletableFuture.completedFuture(
                            new ReuploadResult.Unanswered("the phone was asked for too many files"));
                }
                request = new Request(key, now);
                pending.put(file.messageId(), request);
            } else if (!MessageDigest.isEqual(request.key, key)) {
                // Ids are unique within a chat only, and the answer is found by its id.
                return CompletableFuture.completedFuture(
                        new ReuploadResult.Unanswered("the phone was asked for another file of this id"));
            } else if (ask) {
                request.askedAt = now;
            }
        }
        if (ask) {
            send.accept(receipt(file, chat.get(), InboundMessages.isFromMe(file.origin())));
        }
        return request.result.copy();
    }

    private Node receipt(ReceivedReference file, Address chat, boolean fromMe) {
        String id = file.messageId();
        byte[] nonce = Primitives.random(Primitives.NONCE_BYTES);
        byte[] sealed = Primitives.seal(
                keyOf(file.media().key()),
                nonce,
                new ProtoWriter().text(STANZA_ID, id).toBytes(),
                id.getBytes(StandardCharsets.UTF_8));
        return Node.of(
                "receipt",
                Attributes.of().put("id", id).put("to", self.toJid()).put("type", "server-error"),
                Node.of("encrypt", Node.of("enc_p", sealed), Node.of("enc_iv", nonce)),
                Node.of(
                        "rmr",
                        Attributes.of().put("jid", chat.account().toJid()).put("from_me", Boolean.toString(fromMe))));
    }

    private static byte[] keyOf(byte[] mediaKey) {
        return Primitives.hkdf(mediaKey, KEY_INFO, Primitives.KEY_BYTES);
    }

    /** Takes a notification {@code mediaretry}. One that nobody waits for any more is of no use. */
    public void answered(Node notification) {
        String id = notification.attributes().getNullableString("id");
        Request request = id == null ? null : take(id);
        if (id != null && request != null) {
            ReuploadResult result = read(notification, id, request.key);
            log.debug("The phone was asked for a file: {}", result);
            request.result.complete(result);
        }
    }

    private synchronized @Nullable Request take(String id) {
        return pending.remove(id);
    }

    private static ReuploadResult read(Node notification, String id, byte[] mediaKey) {
        Optional<Node> error = notification.findChild("error");
        if (error.isPresent()) {
            String code = error.get().attributes().getString("code", "");
            return new ReuploadResult.Refused(
                    code.equals(NOT_ON_PHONE) ? "the phone does not have the file" : "WhatsApp answered with an error");
        }
        Optional<Node> encrypted = notification.findChild("encrypt");
        Optional<byte[]> sealed =
                encrypted.flatMap(node -> node.findChild("enc_p")).flatMap(Node::contentAsBytes);
        Optional<byte[]> nonce =
                encrypted.flatMap(node -> node.findChild("enc_iv")).flatMap(Node::contentAsBytes);
        if (sealed.isEmpty() || nonce.isEmpty()) {
            return new ReuploadResult.Refused("the phone's answer says nothing");
        }
        try {
            ProtoFields answer = ProtoFields.parse(
                    Primitives.open(keyOf(mediaKey), nonce.get(), sealed.get(), id.getBytes(StandardCharsets.UTF_8)));
            return read(answer, id);
        } catch (GeneralSecurityException | MalformedProtobufException e) {
            return new ReuploadResult.Refused("the phone's answer cannot be read");
        }
    }

    private static ReuploadResult read(ProtoFields answer, String id) throws MalformedProtobufException {
        String path = answer.text(DIRECT_PATH).orElse("");
        long result = answer.number(RESULT).orElse(0);
        if (!answer.text(STANZA_ID).orElse("").equals(id)) {
            return new ReuploadResult.Refused("the phone's answer is about another message");
        }
        if (result == SUCCESS && path.startsWith("/")) {
            return new ReuploadResult.Uploaded(path);
        }
        return new ReuploadResult.Refused(
                result == NOT_FOUND ? "the phone does not have the file" : "the phone answered with result " + result);
    }

    /** The connection is over: no answer comes any more. */
    public void end() {
        List<Request> lost;
        synchronized (this) {
            ended = true;
            lost = List.copyOf(pending.values());
            pending.clear();
        }
        lost.forEach(request -> request.result.complete(new ReuploadResult.Unanswered("the connection is over")));
    }
}
