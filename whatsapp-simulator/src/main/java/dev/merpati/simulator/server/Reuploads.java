package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.AesGcm;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.media.MediaStorage;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has phones upload files again that the media server has forgotten, as their companions ask (whatsmeow
 * {@code mediaretry.go}). A phone that is away does so when it is back. Thread-safe.
 */
final class Reuploads {
    private static final byte[] KEY_INFO = "WhatsApp Media Retry Notification".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 12;
    private static final String NOT_ON_PHONE = "2";
    private static final int SUCCESS = 1;
    private static final int NOT_FOUND = 2;
    private static final int DECRYPTION_ERROR = 3;
    private static final long LOOK_MILLIS = 200;

    private final PhoneDirectory phones;
    private final MediaStorage media;
    private final Faults faults;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;

    Reuploads(
            PhoneDirectory phones, MediaStorage media, Faults faults, ScheduledExecutorService scheduler, Clock clock) {
        this.phones = phones;
        this.media = media;
        this.faults = faults;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** Takes a receipt {@code server-error}. */
    void requested(Companion companion, Node receipt) {
        Optional<Phone> phone = phones.existing(companion.number());
        if (phone.isEmpty() || receipt.child("rmr").isEmpty()) {
            return;
        }
        if (phone.get().traits().offline()) {
            var _ = scheduler.schedule(() -> requested(companion, receipt), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        companion.deliver(answer(phone.get(), receipt));
    }

    private Node answer(Phone phone, Node receipt) {
        String id = receipt.text("id");
        List<Node> children = new ArrayList<>();
        receipt.child("rmr").ifPresent(children::add);
        Optional<MediaReference> file = phone.inbox()
                .message(id)
                .map(ReceivedMessage::content)
                .or(() -> phone.outbox().find(id).map(SentMessage::content))
                .flatMap(content -> Optional.ofNullable(content.media()));
        if (file.isEmpty()
                || faults.strike(FaultKind.REFUSE_REUPLOAD, phone.number()).isPresent()) {
            children.add(Node.of("error").with("code", NOT_ON_PHONE));
        } else {
            children.add(sealed(id, file.get(), result(id, file.get(), receipt)));
        }
        return Node.of("notification")
                .with("from", phone.jid().toString())
                .with("type", "mediaretry")
                .with("id", id)
                .with("t", Stanza.seconds(clock))
                .children(children);
    }

    private ProtoBuilder result(String id, MediaReference file, Node receipt) {
        ProtoBuilder result = ProtoMessage.builder().text(1, id);
        if (!isAbout(id, file, receipt)) {
            return result.number(3, DECRYPTION_ERROR);
        }
        Optional<String> path = media.uploadAgain(file.path());
        return path.isEmpty()
                ? result.number(3, NOT_FOUND)
                : result.text(2, path.get()).number(3, SUCCESS);
    }

    /** Whether who asks has the file's key. */
    private static boolean isAbout(String id, MediaReference file, Node receipt) {
        Optional<Node> encrypted = receipt.child("encrypt");
        Optional<byte[]> sealed = encrypted.flatMap(node -> node.childContent("enc_p"));
        Optional<byte[]> nonce = encrypted.flatMap(node -> node.childContent("enc_iv"));
        if (sealed.isEmpty() || nonce.isEmpty()) {
            return false;
        }
        try {
            byte[] request = AesGcm.decrypt(key(file), nonce.get(), sealed.get(), Stanza.text(id));
            return ProtoMessage.parse(request).text(1).orElse("").equals(id);
        } catch (GeneralSecurityException | MalformedProtoException e) {
            return false;
        }
    }

    private static Node sealed(String id, MediaReference file, ProtoBuilder result) {
        byte[] nonce = Bytes.random(NONCE_BYTES);
        byte[] sealed = AesGcm.encrypt(key(file), nonce, result.build(), Stanza.text(id));
        return Node.of("encrypt", Node.of("enc_p", sealed), Node.of("enc_iv", nonce));
    }

    private static byte[] key(MediaReference file) {
        return Hash.hkdf(file.key(), new byte[32], KEY_INFO, 32);
    }
}
