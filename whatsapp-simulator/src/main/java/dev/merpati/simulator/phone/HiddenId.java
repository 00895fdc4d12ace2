package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;

/**
 * The hidden id ("LID") of a number. WhatsApp's are random; these can be turned back into the number, so that no table
 * of them has to be kept: every digit moved by five, behind a one.
 */
public final class HiddenId {
    private HiddenId() {}

    public static String of(String number) {
        StringBuilder id = new StringBuilder("1");
        number.chars().forEach(digit -> id.append((digit - '0' + 5) % 10));
        return id.toString();
    }

    /** The hidden address of a device with a number. */
    public static Jid address(Jid device) {
        return device.isHidden() ? device : Jid.hidden(of(device.user()), device.device());
    }

    public static String numberOf(String hiddenId) {
        StringBuilder number = new StringBuilder();
        hiddenId.chars().skip(1).forEach(digit -> number.append((digit - '0' + 5) % 10));
        return number.toString();
    }
}
