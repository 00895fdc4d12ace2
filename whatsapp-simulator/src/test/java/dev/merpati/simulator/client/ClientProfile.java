package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;

/**
 * What a device says about its software.
 *
 * @param version three numbers
 * @param complete whether it says all that current clients say
 */
public record ClientProfile(String version, boolean complete) {
    /** A client of the summer of 2026. */
    public static final ClientProfile CURRENT = new ClientProfile("2.3000.1045649367", true);

    public ClientProfile withVersion(String other) {
        return new ClientProfile(other, complete);
    }

    /** The same software, silent about the system that it runs on. */
    public ClientProfile incomplete() {
        return new ClientProfile(version, false);
    }

    /** The part of the client payload that registrations and logins have in common. */
    ProtoBuilder payload() {
        String[] parts = version.split("\\.", -1);
        ProtoBuilder numbers = ProtoMessage.builder();
        for (int i = 0; i < parts.length; i++) {
            numbers.number(i + 1, Integer.parseInt(parts[i]));
        }
        ProtoBuilder agent = ProtoMessage.builder().number(1, 14).message(2, numbers);
        if (!complete) {
            return ProtoMessage.builder().message(5, agent);
        }
        agent.text(5, "0.1").text(6, "").text(7, "Desktop").text(8, "0.1");
        return ProtoMessage.builder()
                .message(5, agent)
                .message(6, ProtoMessage.builder().number(4, 0));
    }

    byte[] buildHash() {
        return complete ? Hash.md5(version.getBytes(StandardCharsets.US_ASCII)) : new byte[16];
    }
}
