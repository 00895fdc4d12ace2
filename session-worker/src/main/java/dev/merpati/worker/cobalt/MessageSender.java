package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Sends messages, one at a time. Up to the moment in which the stanza is written nothing has left, and the result says
 * so; from then on only the server's word counts.
 */
final class MessageSender {
    private final SocketHandler cobalt;
    private final DeviceLists deviceLists;
    private final KeyBundles bundles;
    private final Envelopes envelopes;
    private final Acknowledgements acknowledgements;
    private final RecentMessages recent;

    MessageSender(
            SocketHandler cobalt,
            DeviceLists deviceLists,
            KeyBundles bundles,
            Envelopes envelopes,
            Acknowledgements acknowledgements,
            RecentMessages recent) {
        this.cobalt = cobalt;
        this.deviceLists = deviceLists;
        this.bundles = bundles;
        this.envelopes = envelopes;
        this.acknowledgements = acknowledgements;
        this.recent = recent;
    }

    SendResult send(String messageId, String to, Content content, BooleanSupplier stillOurs, Deadline deadline) {
        var recipient = Jid.of(to);
        try {
            var devices = reachable(recipient, deadline);
            var stanza = envelopes.seal(messageId, recipient, devices, content);
            recent.add(messageId, recipient, content);
            if (!stillOurs.getAsBoolean()) {
                return new SendResult.NotSent("the session may be another worker's by now");
            }
            return write(messageId, stanza, deadline);
        } catch (SendFailedException e) {
            return e.result();
        } catch (Ratchets.FrozenException e) {
            return new SendResult.NotSent("the connection is ending");
        }
    }

    /** Encrypts a message once more for one device that could not read it, on a session begun anew. */
    void sendAgain(String messageId, Jid device, RecentMessages.Sent sent, Deadline deadline)
            throws SendFailedException, Ratchets.FrozenException {
        bundles.establish(List.of(device), deadline);
        if (bundles.withoutSession(List.of(device)).isEmpty()) {
            var stanza = envelopes.seal(messageId, sent.recipient(), List.of(device), sent.content());
            var _ = cobalt.sendNodeWithNoResponse(stanza);
        }
    }

    /** The devices that get a copy, each with a session. */
    private List<Jid> reachable(Jid recipient, Deadline deadline) throws SendFailedException {
        var own = envelopes.self().toSimpleJid();
        var users = recipient.user().equals(own.user()) ? List.of(own) : List.of(recipient, own);
        var devices = new ArrayList<>(deviceLists.of(users, deadline));
        devices.removeIf(envelopes::isSelf);
        var refused = bundles.establish(bundles.withoutSession(devices), deadline);
        Set<Jid> unreachable = bundles.withoutSession(devices);
        devices.removeAll(unreachable);
        if (devices.stream().noneMatch(device -> device.user().equals(recipient.user()))) {
            throw new SendFailedException(noKeys(refused, recipient));
        }
        return devices;
    }

    private static SendResult noKeys(Map<String, Integer> refused, Jid recipient) {
        int code = refused.getOrDefault(recipient.user(), 0);
        return code == 0
                ? new SendResult.NotSent("the server has no keys of the recipient")
                : new SendResult.Refused(code);
    }

    private SendResult write(String messageId, Node stanza, Deadline deadline) {
        var acknowledgement = acknowledgements.expect(messageId);
        if (cobalt.sendNodeWithNoResponse(stanza).isCompletedExceptionally()) {
            acknowledgement.complete(new SendResult.NotSent("the connection is lost"));
        }
        return acknowledgements.await(messageId, acknowledgement, deadline);
    }
}
