package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.PhoneDirectory;

/** Takes the receipts of companions to the phones that wrote to them. */
final class ReceiptRelay {
    private final PhoneDirectory phones;
    private final PhoneWriter writer;

    ReceiptRelay(PhoneDirectory phones, PhoneWriter writer) {
        this.phones = phones;
        this.writer = writer;
    }

    /** Only a wish to get a message again asks for something. */
    void relay(Companion companion, Node receipt) {
        if (receipt.has("type", "retry")) {
            Jid.parse(receipt.attribute("to"))
                    .filter(Jid::isUser)
                    .flatMap(to -> phones.existing(PhoneDirectory.numberOf(to)))
                    .ifPresent(phone -> writer.writeAgain(phone, companion, receipt.text("id")));
        }
    }
}
