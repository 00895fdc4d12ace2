package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.PhoneDirectory;

/** Passes receipts of companions to the phones that wrote to them. */
final class ReceiptRelay {
    private final PhoneDirectory phones;
    private final PhoneSender sender;

    ReceiptRelay(PhoneDirectory phones, PhoneSender sender) {
        this.phones = phones;
        this.sender = sender;
    }

    /** Acts on retry receipts; all others need no action. */
    void relay(Companion companion, Node receipt) {
        if (receipt.has("type", "retry")) {
            Jid.parse(receipt.attribute("to"))
                    .filter(Jid::isUser)
                    .flatMap(to -> phones.existing(PhoneDirectory.numberOf(to)))
                    .ifPresent(phone -> sender.resend(phone, companion, receipt.text("id")));
        }
    }
}
