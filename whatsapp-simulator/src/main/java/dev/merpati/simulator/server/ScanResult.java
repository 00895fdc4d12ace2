package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;

/** What came of scanning a QR code with a phone. */
public sealed interface ScanResult {
    /** The companion is paired as this device. */
    record Paired(Jid jid) implements ScanResult {}

    /** The phone has seen the code, and links the companion when its passkey has vouched for it. */
    record PasskeyDemanded() implements ScanResult {}

    /** The text is not one of WhatsApp's QR codes. */
    record NotACode() implements ScanResult {}

    /** This server never issued the code, its time is over, it was used, or its client is gone. */
    record Expired() implements ScanResult {}

    /** The code or the client's answer to the phone is wrong; the detail says what. */
    record Refused(String detail) implements ScanResult {}
}
