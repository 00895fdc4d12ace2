package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Installs WhatsApp anew on a phone: its companions are logged out, its keys are others, and those who have a chat with
 * it are told ({@code notification encrypt/identity}).
 */
public final class Reinstallation {
    private final PhoneDirectory phones;
    private final CompanionRemoval removal;
    private final Clock clock;

    Reinstallation(PhoneDirectory phones, CompanionRemoval removal, Clock clock) {
        this.phones = phones;
        this.removal = removal;
        this.clock = clock;
    }

    /** Completes with the number of devices that were told when the phone has its new keys. */
    public CompletableFuture<Integer> reinstall(Phone phone) {
        removal.removeAll(phone);
        Set<String> contacts = phone.contacts();
        return phone.replaceKeys(contacts).thenApply(_ -> {
            int told = 0;
            for (String number : contacts) {
                List<Companion> devices = phones.existing(number)
                        .map(Phone::companions)
                        .map(List::copyOf)
                        .orElse(List.of());
                devices.forEach(device -> device.deliver(identityChange(phone, number)));
                told += devices.size();
            }
            return told;
        });
    }

    private Node identityChange(Phone phone, String contact) {
        return Node.of("notification", Node.of("identity"))
                .with("from", (phone.isHiddenChat(contact) ? phone.hiddenJid() : phone.jid()).toString())
                .with("type", "encrypt")
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock));
    }
}
