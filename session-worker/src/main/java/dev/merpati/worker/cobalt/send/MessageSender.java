package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.keys.KeyBundles;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.cobalt.query.UserDirectory;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages, one at a time, and sends them again to devices that could not decrypt them. Until the stanza is
 * written nothing has left, and the result says so; from then on only the server's word counts.
 */
public final class MessageSender {
    private static final Logger log = LoggerFactory.getLogger(MessageSender.class);

    private final SerialExecutor resends = new SerialExecutor("whatsapp-resends");
    private final RecentMessages recent = new RecentMessages();
    private final SocketHandler cobalt;
    private final UserDirectory users;
    private final KeyBundles bundles;
    private final MessageEncryptor encryptor;
    private final Acknowledgements acknowledgements;
    private final Duration resendTimeout;

    public MessageSender(
            SocketHandler cobalt,
            UserDirectory users,
            KeyBundles bundles,
            MessageEncryptor encryptor,
            Acknowledgements acknowledgements,
            Duration resendTimeout) {
        this.cobalt = cobalt;
        this.users = users;
        this.bundles = bundles;
        this.encryptor = encryptor;
        this.acknowledgements = acknowledgements;
        this.resendTimeout = resendTimeout;
    }

    public SendResult send(
            String messageId, String to, MessageContent content, BooleanSupplier stillOurs, Deadline deadline) {
        try {
            Jid recipient = users.addressOf(to, deadline);
            List<Jid> devices = reachable(recipient, deadline);
            Node stanza = encryptor.encrypt(messageId, recipient, devices, content);
            recent.add(messageId, recipient, content);
            if (!stillOurs.getAsBoolean()) {
                return new SendResult.NotSent("the session may be another worker's by now");
            }
            return write(messageId, recipient, stanza, deadline);
        } catch (SendFailedException e) {
            return e.result();
        } catch (SignalKeyStore.FrozenException e) {
            return new SendResult.NotSent("the connection is ending");
        } catch (SignalKeyStore.UnusableSessionException e) {
            return new SendResult.RecipientUnreachable("the message cannot be encrypted: " + e.getMessage());
        }
    }

    /**
     * Sends a recent message again to one device that asked for it because it could not decrypt it. Returns at once:
     * this is called on the thread that reads the responses.
     */
    public void resend(String messageId, Jid device) {
        recent.again(messageId)
                .ifPresent(sent -> resends.execute(() -> {
                    try {
                        resend(messageId, device, sent, Deadline.in(resendTimeout));
                    } catch (SignalKeyStore.FrozenException | SignalKeyStore.UnusableSessionException e) {
                        log.debug("A message could not be sent again: {}", e.toString());
                    }
                }));
    }

    /** Begins a new Signal session with the device and encrypts the message for it alone. */
    private void resend(String messageId, Jid device, RecentMessages.Sent sent, Deadline deadline)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        Map<Jid, SendResult> _ = bundles.establish(List.of(device), deadline);
        if (bundles.withoutSession(List.of(device)).isEmpty()) {
            Node stanza = encryptor.encrypt(messageId, sent.recipient(), List.of(device), sent.content());
            CompletableFuture<Void> _ = cobalt.sendNodeWithNoResponse(stanza);
        }
    }

    /** Returns the devices that get a copy, each with a Signal session; the recipient's phone is one of them. */
    private List<Jid> reachable(Jid recipient, Deadline deadline) throws SendFailedException {
        Jid own = encryptor.self().toSimpleJid();
        List<Jid> accounts = recipient.user().equals(own.user()) ? List.of(own) : List.of(recipient, own);
        List<Jid> devices = new ArrayList<>(users.devicesOf(accounts, deadline));
        devices.removeIf(encryptor::isSelf);
        // So that the new sessions of this message do not push out the old ones that it needs.
        encryptor.touch(devices);
        Jid phone = devices.stream()
                .filter(device -> device.user().equals(recipient.user()) && device.device() == 0)
                .findFirst()
                .orElseThrow(() -> new SendFailedException(
                        new SendResult.RecipientUnreachable("the recipient's account has no phone")));
        Set<Jid> missing = bundles.withoutSession(devices);
        Map<Jid, SendResult> failures = bundles.establish(missing, deadline);
        if (missing.size() > 1 && failures.get(phone) instanceof SendResult.RecipientUnreachable) {
            failures = bundles.establish(List.of(phone), deadline);
        }
        Set<Jid> unreachable = bundles.withoutSession(devices);
        if (unreachable.contains(phone)) {
            throw new SendFailedException(failures.getOrDefault(
                    phone, new SendResult.RecipientUnreachable("the server has no keys of the recipient")));
        }
        devices.removeAll(unreachable);
        return devices;
    }

    private SendResult write(String messageId, Jid recipient, Node stanza, Deadline deadline) {
        CompletableFuture<SendResult> acknowledgement = acknowledgements.expect(messageId, recipient.user());
        if (cobalt.sendNodeWithNoResponse(stanza).isCompletedExceptionally()) {
            acknowledgement.complete(new SendResult.NotSent("the connection is lost"));
        }
        return acknowledgements.await(messageId, acknowledgement, deadline);
    }
}
