package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import it.auties.whatsapp.controller.Keys;
import java.nio.charset.StandardCharsets;

/**
 * Who we say that we are, at the end of the handshake: a current WhatsApp Web in a browser. The fields and their values
 * are those of whatsmeow's {@code store/clientpayload.go} and {@code waWa6} of 2026-08; WhatsApp refuses a payload that
 * lacks some of them.
 */
final class ClientPayload {
    private static final int YES = 1;
    private static final int NO = 0;
    private static final int WEB = 14;
    private static final int RELEASE = 0;
    private static final int WEB_BROWSER = 0;
    private static final int WIFI = 1;
    private static final int USER_ACTIVATED = 1;
    private static final int CHROME = 1;
    private static final int KEY_TYPE = 5;
    private static final String SYSTEM_VERSION = "0.1";

    private ClientPayload() {}

    /** @param version three numbers with points between them */
    static byte[] of(Device device, String version) {
        Address address = device.address();
        return address == null ? registration(device, version) : login(address, version);
    }

    private static byte[] login(Address address, String version) {
        return common(
                        new ProtoWriter()
                                .number(1, Long.parseLong(address.user()))
                                .number(3, YES),
                        version)
                .number(18, address.device())
                .number(24, 1) // lc, the login counter
                .number(33, YES) // pull
                .number(41, YES) // lidDbMigrated: Signal sessions are kept by hidden id
                .toBytes();
    }

    private static byte[] registration(Device device, String version) {
        Keys keys = device.keys();
        ProtoWriter data = new ProtoWriter()
                .bytes(1, keys.encodedRegistrationId())
                .bytes(2, new byte[] {KEY_TYPE})
                .bytes(3, keys.identityKeyPair().publicKey())
                .bytes(4, keys.signedKeyPair().encodedId())
                .bytes(5, keys.signedKeyPair().publicKey())
                .bytes(6, keys.signedKeyPair().signature())
                .bytes(7, md5(version))
                .message(8, deviceProperties(device.name()));
        return common(new ProtoWriter().number(3, NO), version)
                .message(19, data)
                .number(33, NO)
                .toBytes();
    }

    private static ProtoWriter common(ProtoWriter payload, String version) {
        ProtoWriter userAgent = new ProtoWriter()
                .number(1, WEB)
                .message(2, numbers(version.split("\\.")))
                .text(3, "000") // mcc
                .text(4, "000") // mnc
                .text(5, SYSTEM_VERSION)
                .text(6, "") // manufacturer
                .text(7, "Desktop")
                .text(8, SYSTEM_VERSION) // osBuildNumber
                .number(10, RELEASE)
                .text(11, "en")
                .text(12, "US");
        return payload.message(5, userAgent)
                .message(6, new ProtoWriter().number(4, WEB_BROWSER))
                .number(12, WIFI)
                .number(13, USER_ACTIVATED);
    }

    /** What the phone shows, and which kinds of history it may send ({@code waCompanionReg DeviceProps}). */
    private static ProtoWriter deviceProperties(String name) {
        ProtoWriter history = new ProtoWriter()
                .number(3, 10_240) // storageQuotaMb
                .number(4, YES) // inlineInitialPayloadInE2EeMsg
                .number(6, YES) // supportCallLogHistory
                .number(7, YES) // supportBotUserAgentChatHistory
                .number(8, YES) // supportCagReactionsAndPolls
                .number(9, YES) // supportBizHostedMsg
                .number(10, YES) // supportRecentSyncChunkMessageCountTuning
                .number(11, YES) // supportHostedGroupMsg
                .number(12, YES) // supportFbidBotChatHistory
                .number(14, YES) // supportMessageAssociation
                .number(15, YES) // supportGroupHistory
                .number(19, 60) // thumbnailSyncDaysLimit
                .number(21, YES) // supportManusHistory
                .number(22, YES); // supportHatchHistory
        return new ProtoWriter()
                .text(1, name)
                .message(2, numbers("0", "1", "0"))
                .number(3, CHROME)
                .number(4, NO) // requireFullSync
                .message(5, history);
    }

    private static ProtoWriter numbers(String... parts) {
        ProtoWriter numbers = new ProtoWriter();
        for (int i = 0; i < parts.length; i++) {
            numbers.number(i + 1, Long.parseLong(parts[i]));
        }
        return numbers;
    }

    private static byte[] md5(String text) {
        return Primitives.md5(text.getBytes(StandardCharsets.US_ASCII));
    }
}
