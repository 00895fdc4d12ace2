package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.KeyBundles;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sees to a Signal session with each device that gets a copy of a message. Sessions are kept under the hidden id where it
 * is known, whatever the namespace of the message (whatsapp-rust {@code resolve_encryption_jid}).
 */
final class ReachableDevices {
    private final KeyBundles bundles;
    private final SignalKeyStore signalKeys;
    private final LidMap lids;

    ReachableDevices(KeyBundles bundles, SignalKeyStore signalKeys, LidMap lids) {
        this.bundles = bundles;
        this.signalKeys = signalKeys;
        this.lids = lids;
    }

    /**
     * Returns those of the devices with which there is a session, fetching keys for the others.
     *
     * @param phone must be among them: a message that the phone of its recipient does not get is not sent
     */
    List<Address> of(List<Address> devices, Address phone, Deadline deadline) throws SendFailedException {
        if (!devices.contains(phone)) {
            throw new SendFailedException(new SendResult.RecipientUnreachable("the recipient's account has no phone"));
        }
        return reach(devices, signal(phone), deadline);
    }

    /** The same for devices of which none is necessary. */
    List<Address> of(List<Address> devices, Deadline deadline) {
        List<Jid> signal = devices.stream().map(this::signal).toList();
        Map<Jid, SendResult> _ = bundles.establish(withoutSession(devices), deadline);
        return withSession(devices, bundles.withoutSession(signal));
    }

    private List<Address> reach(List<Address> devices, Jid phone, Deadline deadline) throws SendFailedException {
        List<Jid> signal = devices.stream().map(this::signal).toList();
        // So that the new sessions of this message do not push out the old ones that it needs.
        signalKeys.touch(signal);
        Set<Jid> missing = withoutSession(devices);
        if (missing.isEmpty()) {
            return devices;
        }
        Map<Jid, SendResult> failures = bundles.establish(missing, deadline);
        if (missing.size() > 1 && failures.get(phone) instanceof SendResult.RecipientUnreachable) {
            failures = bundles.establish(List.of(phone), deadline);
        }
        Set<Jid> unreachable = bundles.withoutSession(signal);
        if (unreachable.contains(phone)) {
            throw new SendFailedException(failures.getOrDefault(
                    phone, new SendResult.RecipientUnreachable("the server has no keys of the recipient")));
        }
        return withSession(devices, unreachable);
    }

    /** A session that began under the number goes on under the hidden id, once that is known. */
    private Set<Jid> withoutSession(List<Address> devices) {
        Set<Jid> missing =
                bundles.withoutSession(devices.stream().map(this::signal).toList());
        List<Address> numbered = devices.stream()
                .filter(device -> missing.contains(signal(device)))
                .map(lids::numbered)
                .filter(device -> !missing.contains(device.toJid()))
                .toList();
        Set<Jid> unknown =
                bundles.withoutSession(numbered.stream().map(Address::toJid).toList());
        List<Address> begun = numbered.stream()
                .filter(device -> !unknown.contains(device.toJid()))
                .toList();
        begun.forEach(device -> signalKeys.migrate(device, lids.hidden(device)));
        return begun.isEmpty()
                ? missing
                : bundles.withoutSession(devices.stream().map(this::signal).toList());
    }

    private List<Address> withSession(List<Address> devices, Set<Jid> unreachable) {
        List<Address> reached = new ArrayList<>(devices);
        reached.removeIf(device -> unreachable.contains(signal(device)));
        return reached;
    }

    private Jid signal(Address device) {
        return lids.hidden(device).toJid();
    }
}
