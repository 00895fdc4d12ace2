package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the keys with which Signal sessions begin. */
public final class KeyBundles {
    private static final Logger log = LoggerFactory.getLogger(KeyBundles.class);

    private final IqClient iq;
    private final SocketHandler cobalt;
    private final SignalKeyStore signalKeys;

    public KeyBundles(IqClient iq, SocketHandler cobalt, SignalKeyStore signalKeys) {
        this.iq = iq;
        this.cobalt = cobalt;
        this.signalKeys = signalKeys;
    }

    /**
     * Begins Signal sessions with all of the devices, anew where there is one already.
     *
     * @return the result of a message for each device with which that failed
     */
    public Map<Jid, SendResult> establish(Collection<Jid> devices, Deadline deadline) {
        if (devices.isEmpty()) {
            return Map.of();
        }
        Node[] users = devices.stream()
                .map(device -> Node.of("user", Map.of("jid", device)))
                .toArray(Node[]::new);
        return switch (iq.query("get", "encrypt", deadline, Node.of("key", users))) {
            case IqClient.Result(Node result) -> establish(result);
            case IqClient.Refused(int code)
            when IqClient.isPassing(code) ->
                forEach(devices, new SendResult.NotSent("the key query was refused: " + code));
            // One device that WhatsApp does not know any more makes it refuse the whole query.
            case IqClient.Refused(int code) ->
                forEach(devices, new SendResult.RecipientUnreachable("the key query was refused: " + code));
            case IqClient.Missing(boolean connectionLost) ->
                forEach(
                        devices,
                        connectionLost
                                ? new SendResult.NotSent("the connection is lost")
                                : new SendResult.RecipientUnreachable("no response to the key query"));
        };
    }

    /**
     * Begins a Signal session with keys that a device has sent itself; returns whether they were usable.
     *
     * @param bundle a {@code user} as in the answer to a key query
     */
    public boolean establishFrom(Node bundle) {
        try {
            signalKeys.establish(cobalt, bundle);
            return true;
        } catch (RuntimeException e) {
            log.debug(
                    "Keys that a device has sent are unusable: {}", e.getClass().getName());
            return false;
        }
    }

    private Map<Jid, SendResult> establish(Node result) {
        Map<Jid, SendResult> failures = new HashMap<>();
        for (Node bundle :
                result.findChild("list").map(list -> list.listChildren("user")).orElse(List.of())) {
            Address.in(bundle, "jid").map(Address::toJid).ifPresent(device -> {
                if (bundle.hasNode("error")) {
                    failures.put(device, refusal(IqClient.errorCode(bundle)));
                    return;
                }
                try {
                    signalKeys.establish(cobalt, bundle);
                } catch (RuntimeException e) {
                    log.debug("A key bundle is unusable: {}", e.getClass().getName());
                    failures.put(device, new SendResult.RecipientUnreachable("the recipient's keys are unusable"));
                }
            });
        }
        return failures;
    }

    private static SendResult refusal(int code) {
        return code == 0 || IqClient.isPassing(code)
                ? new SendResult.RecipientUnreachable("the recipient's keys were refused: " + code)
                : new SendResult.Refused(code);
    }

    private static Map<Jid, SendResult> forEach(Collection<Jid> devices, SendResult result) {
        return devices.stream().collect(Collectors.toMap(device -> device, _ -> result, (first, _) -> first));
    }

    /** Returns the devices without a Signal session. */
    public Set<Jid> withoutSession(List<Jid> devices) {
        Set<Jid> missing = new HashSet<>(devices);
        missing.removeIf(signalKeys::hasSession);
        return missing;
    }
}
