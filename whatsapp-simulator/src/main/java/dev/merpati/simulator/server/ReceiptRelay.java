package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.HiddenId;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.time.Clock;
import java.util.Optional;

/** Passes receipts of companions to the phones and companions that wrote to them. */
final class ReceiptRelay {
    private final PhoneDirectory phones;
    private final PhoneSender sender;
    private final Clock clock;

    ReceiptRelay(PhoneDirectory phones, PhoneSender sender, Clock clock) {
        this.phones = phones;
        this.sender = sender;
        this.clock = clock;
    }

    /** Hands a receipt to the companion that wrote the message; a phone only acts on retry receipts. */
    void relay(Companion companion, Node receipt) {
        Optional<Companion> author = Jid.parse(receipt.attribute("to"))
                .filter(to -> to.isUser() && to.device() != 0)
                .flatMap(to ->
                        phones.existing(PhoneDirectory.numberOf(to)).flatMap(phone -> phone.companion(to.device())));
        if (author.isPresent()) {
            boolean hidden =
                    Jid.parse(receipt.attribute("to")).filter(Jid::isHidden).isPresent();
            Jid from = hidden ? HiddenId.address(companion.jid()) : companion.jid();
            author.get()
                    .deliver(Stanza.receipt(receipt.text("id"), from, receipt.attribute("type"), clock)
                            .children(receipt.children()));
            return;
        }
        if (receipt.has("type", "retry")) {
            Jid.parse(receipt.attribute("to"))
                    .filter(Jid::isUser)
                    .flatMap(to -> phones.existing(PhoneDirectory.numberOf(to)))
                    .ifPresent(phone -> sender.resend(phone, companion, receipt.text("id")));
        }
    }
}
