package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.phone.Phone;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;

/**
 * The hash ({@code phash}) by which server and client compare the devices that a message is for: SHA-256 over the sorted
 * addresses in the form {@code user.0:device@server}, its first six bytes in Base64, as in whatsmeow's {@code
 * participantListHashV2} and zapo's {@code computePhashV2}.
 */
final class DeviceListHash {
    private static final int BYTES = 6;

    private DeviceListHash() {}

    /** The hash over all devices of two accounts, the sending one included. */
    static String of(Phone account, Phone recipient, boolean hidden) {
        Set<String> devices = new TreeSet<>();
        add(devices, account, hidden);
        add(devices, recipient, hidden);
        byte[] hash = Hash.sha256(String.join("", devices).getBytes(StandardCharsets.US_ASCII));
        return "2:" + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
    }

    private static void add(Set<String> devices, Phone phone, boolean hidden) {
        String user = hidden ? phone.hiddenJid().user() : phone.number();
        String server = hidden ? "lid" : "s.whatsapp.net";
        devices.add(user + ".0:0@" + server);
        phone.companions()
                .forEach(companion -> devices.add(user + ".0:" + companion.jid().device() + "@" + server));
    }
}
