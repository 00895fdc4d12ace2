package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.util.SignalConstants;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the keys with which Signal sessions begin. */
public final class KeyBundles {
    private static final Logger log = LoggerFactory.getLogger(KeyBundles.class);

    private static final int NOT_ACCEPTABLE = 406;
    private static final SendResult REMOVED =
            new SendResult.RecipientUnreachable("the key query was refused: " + NOT_ACCEPTABLE);

    private final IqClient iq;
    private final SignalKeyStore signalKeys;

    public KeyBundles(IqClient iq, SignalKeyStore signalKeys) {
        this.iq = iq;
        this.signalKeys = signalKeys;
    }

    /**
     * Begins Signal sessions with all of the devices, anew where there is one already. One device that was removed makes
     * WhatsApp refuse the whole query (whatsapp-rust pull request 1139): then the phones, which cannot be removed, are asked
     * for alone.
     *
     * @return the result of a message for each device with which that failed
     */
    public Map<Jid, SendResult> establish(Collection<Jid> devices, Deadline deadline) {
        List<Jid> phones =
                devices.stream().filter(device -> device.device() == 0).toList();
        Map<Jid, SendResult> failures = query(devices, deadline);
        if (phones.size() == devices.size() || !failures.values().contains(REMOVED)) {
            return failures;
        }
        Map<Jid, SendResult> ofPhones = query(phones, deadline);
        failures.keySet().removeAll(phones);
        failures.putAll(ofPhones);
        return failures;
    }

    private Map<Jid, SendResult> query(Collection<Jid> devices, Deadline deadline) {
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
            case IqClient.Refused(int code) when code == NOT_ACCEPTABLE -> forEach(devices, REMOVED);
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

    private Map<Jid, SendResult> establish(Node result) {
        Map<Jid, SendResult> failures = new HashMap<>();
        for (Node bundle :
                result.findChild("list").map(list -> list.listChildren("user")).orElse(List.of())) {
            Address.in(bundle, "jid").ifPresent(address -> {
                Jid device = address.toJid();
                if (bundle.hasNode("error")) {
                    failures.put(device, refusal(IqClient.errorCode(bundle)));
                    return;
                }
                if (!establish(address, bundle)) {
                    failures.put(device, new SendResult.RecipientUnreachable("the recipient's keys are unusable"));
                }
            });
        }
        return failures;
    }

    /**
     * Begins a Signal session with keys that a device has sent itself; returns whether they were usable.
     *
     * @param bundle a {@code user} as in the answer to a key query
     */
    public boolean establishFrom(Node bundle) {
        return Address.in(bundle, "jid")
                .filter(device -> establish(device, bundle))
                .isPresent();
    }

    private boolean establish(Address device, Node bundle) {
        try {
            int registrationId = bundle.findChild("registration")
                    .flatMap(Node::contentAsBytes)
                    .map(bytes -> new BigInteger(1, bytes).intValueExact())
                    .orElseThrow(() -> new IllegalArgumentException("the bundle has no registration"));
            signalKeys.establish(device, registrationId, bundle);
            return true;
        } catch (SignalKeyStore.UnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            log.debug("A key bundle is unusable: {}", e.getClass().getName());
            return false;
        }
    }

    /** @throws IllegalArgumentException if there is none in the bundle */
    static byte[] identityIn(Node bundle) {
        return bundle.findChild("identity")
                .flatMap(Node::contentAsBytes)
                .map(SignalConstants::createSignalKey)
                .orElseThrow(() -> new IllegalArgumentException("the bundle has no identity"));
    }

    private static SendResult refusal(int code) {
        return code == 0 || IqClient.isPassing(code)
                ? new SendResult.RecipientUnreachable("the recipient's keys were refused: " + code)
                : new SendResult.Refused(code);
    }

    private static Map<Jid, SendResult> forEach(Collection<Jid> devices, SendResult result) {
        return devices.stream()
                .collect(Collectors.toMap(device -> device, _ -> result, (first, _) -> first, HashMap::new));
    }

    /** Returns the devices without a Signal session. */
    public Set<Jid> withoutSession(Collection<Jid> devices) {
        return signalKeys.withoutSession(devices);
    }
}
