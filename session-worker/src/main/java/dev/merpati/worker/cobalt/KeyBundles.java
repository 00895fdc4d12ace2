package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the keys with which Signal sessions begin. */
final class KeyBundles {
    private static final Logger LOG = LoggerFactory.getLogger(KeyBundles.class);

    private final IqClient iq;
    private final SocketHandler cobalt;
    private final SignalKeyStore signalKeys;

    KeyBundles(IqClient iq, SocketHandler cobalt, SignalKeyStore signalKeys) {
        this.iq = iq;
        this.cobalt = cobalt;
        this.signalKeys = signalKeys;
    }

    /**
     * Begins sessions with all of the devices, anew where there is one already.
     *
     * @return the code by which the server refused each user's bundles, 0 for a bundle that was unusable
     */
    Map<String, Integer> establish(Collection<Jid> devices, Deadline deadline) throws SendFailedException {
        if (devices.isEmpty()) {
            return Map.of();
        }
        var users = devices.stream()
                .map(device -> Node.of("user", Map.of("jid", device)))
                .toArray(Node[]::new);
        return switch (iq.query("get", "encrypt", deadline, Node.of("key", users))) {
            case IqClient.Result(Node result) -> establish(result);
            case IqClient.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("the key query was refused: " + code));
            case IqClient.Missing() ->
                throw new SendFailedException(new SendResult.NotSent("no response to the key query"));
        };
    }

    private Map<String, Integer> establish(Node result) {
        var refused = new HashMap<String, Integer>();
        for (var bundle :
                result.findChild("list").map(list -> list.listChildren("user")).orElse(List.of())) {
            var user = bundle.attributes().getRequiredJid("jid").user();
            if (bundle.hasNode("error")) {
                refused.put(user, IqClient.errorCode(bundle));
                continue;
            }
            try {
                signalKeys.establish(cobalt, bundle);
            } catch (RuntimeException e) {
                LOG.debug("A key bundle is unusable: {}", e.getClass().getName());
                refused.putIfAbsent(user, 0);
            }
        }
        return refused;
    }

    /** The devices without a session. */
    Set<Jid> withoutSession(List<Jid> devices) {
        var missing = new HashSet<>(devices);
        missing.removeIf(signalKeys::hasSession);
        return missing;
    }
}
