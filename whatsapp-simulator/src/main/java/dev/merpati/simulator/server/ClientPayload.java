package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.rule.ClientVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself in the handshake ({@code ClientPayload}): its version, the system it runs on, and
 * either the device that logs in or the keys of a device that is to be linked.
 */
record ClientPayload(ProtoMessage fields) {
    private static final int USERNAME = 1;
    private static final int USER_AGENT = 5;
    private static final int WEB_INFO = 6;
    private static final int PUSH_NAME = 7;
    private static final int DEVICE = 18;
    private static final int REGISTRATION = 19;
    private static final int BUILD_HASH = 7;

    /** @throws dev.merpati.simulator.proto.MalformedProtoException if it is no protobuf message */
    static ClientPayload parse(byte[] bytes) {
        return new ClientPayload(ProtoMessage.parse(bytes));
    }

    boolean isRegistration() {
        return fields.has(REGISTRATION);
    }

    ProtoMessage registration() {
        return fields.requiredMessage(REGISTRATION);
    }

    String number() {
        return Long.toString(fields.requiredNumber(USERNAME));
    }

    int device() {
        return (int) fields.number(DEVICE).orElse(0);
    }

    /** What its user is called; null if it does not say. */
    @Nullable
    String pushName() {
        return fields.text(PUSH_NAME).orElse(null);
    }

    /** The version of WhatsApp Web that the client says it is; 0.0.0 if it says none. */
    ClientVersion version() {
        Optional<ProtoMessage> version = userAgent().flatMap(agent -> agent.message(2));
        return new ClientVersion(part(version, 1), part(version, 2), part(version, 3));
    }

    /** What every client of today says and this one does not, in words; empty if nothing is missing. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        requireAgent(missing, 5, "userAgent.osVersion");
        requireAgent(missing, 7, "userAgent.device");
        requireAgent(missing, 8, "userAgent.osBuildNumber");
        if (!fields.has(WEB_INFO)) {
            missing.add("webInfo");
        }
        if (isRegistration()) {
            // MD5 over the version as text, in whatsmeow's clientpayload.go and Baileys' validate-connection.ts.
            byte[] expected = Hash.md5(version().toString().getBytes(StandardCharsets.US_ASCII));
            if (!Arrays.equals(expected, registration().bytes(BUILD_HASH).orElse(new byte[0]))) {
                missing.add("devicePairingData.buildHash = MD5(\"" + version() + "\")");
            }
        }
        return missing;
    }

    private void requireAgent(List<String> missing, int field, String name) {
        if (userAgent().flatMap(agent -> agent.text(field)).orElse("").isEmpty()) {
            missing.add(name);
        }
    }

    private Optional<ProtoMessage> userAgent() {
        return fields.message(USER_AGENT);
    }

    private static int part(Optional<ProtoMessage> version, int field) {
        return version.map(parts -> (int) parts.number(field).orElse(0)).orElse(0);
    }
}
