package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.NumberRule.NumberOverride;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Moves a phone with its keys and chats to another number. Its companions are logged out, the old number is not on
 * WhatsApp any more, and those who have a chat with it are told ({@code notification contacts/modify}, with the old and
 * new addresses as whatsapp-rust reads them).
 */
public final class NumberChange {
    private final PhoneDirectory phones;
    private final CompanionRemoval removal;
    private final Clock clock;

    NumberChange(PhoneDirectory phones, CompanionRemoval removal, Clock clock) {
        this.phones = phones;
        this.removal = removal;
        this.clock = clock;
    }

    /** Completes with the phone under its new number. */
    public CompletableFuture<Phone> change(Phone phone, String number) {
        removal.removeAll(phone);
        Set<String> contacts = phone.contacts();
        Jid formerHidden = phone.hiddenJid();
        return phones.move(phone, number).thenApply(moved -> {
            phones.numbers().override(phone.number(), new NumberOverride(false, null));
            Node modify = Node.of("modify")
                    .with("old", phone.jid().toString())
                    .with("new", moved.jid().toString())
                    .with("old_lid", formerHidden.toString())
                    .with("new_lid", moved.hiddenJid().toString());
            contacts.stream()
                    .flatMap(contact -> phones.existing(contact).stream())
                    .flatMap(contact -> List.<Companion>copyOf(contact.companions()).stream())
                    .forEach(device -> device.deliver(notification(phone, modify)));
            return moved;
        });
    }

    private Node notification(Phone phone, Node modify) {
        return Node.of("notification", modify)
                .with("from", phone.jid().toString())
                .with("type", "contacts")
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock));
    }
}
