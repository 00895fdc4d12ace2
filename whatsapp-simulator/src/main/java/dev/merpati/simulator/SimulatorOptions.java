package dev.merpati.simulator;

import dev.merpati.simulator.phone.PhoneTraits;
import dev.merpati.simulator.rule.ClientVersion;
import dev.merpati.simulator.rule.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a simulator runs. Start from {@link #defaults()}.
 *
 * @param bindAddress the address that both ports listen on
 * @param proxyPort where clients connect; 0 for a free port
 * @param controlPort where the control API and the page are; 0 for a free port
 * @param directory where state is kept across restarts; null to keep it in memory, and uploads in a temporary directory
 * @param verify how much is decrypted
 * @param readReceipts when phones send read receipts
 * @param firstQrLifetime how long the first QR code of a pairing can be scanned
 * @param nextQrLifetime how long each of the other five can be scanned after the one before
 * @param ackLatency a delay before every acknowledgement
 * @param receiptLatency how long after a message its delivery receipt is sent
 * @param firstNodeDelay how long after the handshake the server speaks first; some clients miss a node that comes sooner
 * @param handshakeTimeout how long a client may take from connecting to the end of the Noise handshake
 * @param messagesPerPhone how many messages a phone remembers
 * @param mediaBytes how many bytes of uploads are kept in all
 * @param withoutRules which rules of WhatsApp are not enforced
 * @param newPhones what kind of account a new phone has
 * @param minimumVersion the oldest version of WhatsApp Web that may log in
 * @param linkingVersion the oldest that can be linked; those between are told that they will expire
 * @param refusalsAllowed with how many refusals of new chats an account is locked out of them
 * @param timeLock for how long
 * @param newChatCap how many new chats an account may begin; 0 for any number
 * @param hosts where clients find the server, and why they trust it
 */
public record SimulatorOptions(
        String bindAddress,
        int proxyPort,
        int controlPort,
        @Nullable Path directory,
        VerifyMode verify,
        ReadReceipts readReceipts,
        Duration firstQrLifetime,
        Duration nextQrLifetime,
        Duration ackLatency,
        Duration receiptLatency,
        Duration firstNodeDelay,
        Duration handshakeTimeout,
        int messagesPerPhone,
        long mediaBytes,
        Set<Rule> withoutRules,
        PhoneTraits newPhones,
        ClientVersion minimumVersion,
        ClientVersion linkingVersion,
        int refusalsAllowed,
        Duration timeLock,
        int newChatCap,
        HostOptions hosts) {
    private static final SimulatorOptions DEFAULTS = new SimulatorOptions(
            "127.0.0.1",
            0,
            8090,
            null,
            VerifyMode.ALL,
            ReadReceipts.MANUAL,
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ZERO,
            Duration.ofMillis(20),
            Duration.ofMillis(80),
            Duration.ofSeconds(30),
            10_000,
            2L << 30,
            Set.of(),
            PhoneTraits.DEFAULT,
            ClientVersion.parse("2.3000.1030000000"),
            ClientVersion.parse("2.3000.1035000000"),
            5,
            Duration.ofHours(6),
            0,
            HostOptions.DEFAULT);

    public SimulatorOptions {
        requirePort("proxyPort", proxyPort);
        requirePort("controlPort", controlPort);
        if (messagesPerPhone < 1) {
            throw new IllegalArgumentException("messagesPerPhone: found " + messagesPerPhone + ", allowed 1 and more");
        }
        withoutRules = Set.copyOf(withoutRules);
        String fixed = withoutRules.stream()
                .filter(rule -> !rule.isSwitchable())
                .map(Rule::wireName)
                .collect(Collectors.joining(", "));
        if (!fixed.isEmpty()) {
            throw new IllegalArgumentException("withoutRules: found " + fixed + ", which cannot be switched off");
        }
    }

    /** A free proxy port, control port 8090, loopback, in memory. */
    public static SimulatorOptions defaults() {
        return DEFAULTS;
    }

    public SimulatorOptions withBindAddress(String value) {
        return changed(draft -> draft.bindAddress = value);
    }

    public SimulatorOptions withProxyPort(int value) {
        return changed(draft -> draft.proxyPort = value);
    }

    public SimulatorOptions withControlPort(int value) {
        return changed(draft -> draft.controlPort = value);
    }

    public SimulatorOptions withDirectory(@Nullable Path value) {
        return changed(draft -> draft.directory = value);
    }

    public SimulatorOptions withVerify(VerifyMode value) {
        return changed(draft -> draft.verify = value);
    }

    public SimulatorOptions withReadReceipts(ReadReceipts value) {
        return changed(draft -> draft.readReceipts = value);
    }

    public SimulatorOptions withQrLifetimes(Duration first, Duration next) {
        return changed(draft -> {
            draft.firstQrLifetime = first;
            draft.nextQrLifetime = next;
        });
    }

    public SimulatorOptions withAckLatency(Duration value) {
        return changed(draft -> draft.ackLatency = value);
    }

    public SimulatorOptions withReceiptLatency(Duration value) {
        return changed(draft -> draft.receiptLatency = value);
    }

    public SimulatorOptions withFirstNodeDelay(Duration value) {
        return changed(draft -> draft.firstNodeDelay = value);
    }

    public SimulatorOptions withHandshakeTimeout(Duration value) {
        return changed(draft -> draft.handshakeTimeout = value);
    }

    public SimulatorOptions withLimits(int newMessagesPerPhone, long newMediaBytes) {
        return changed(draft -> {
            draft.messagesPerPhone = newMessagesPerPhone;
            draft.mediaBytes = newMediaBytes;
        });
    }

    public SimulatorOptions withoutRules(Set<Rule> value) {
        return changed(draft -> draft.withoutRules = value);
    }

    public SimulatorOptions withNewPhones(PhoneTraits value) {
        return changed(draft -> draft.newPhones = value);
    }

    public SimulatorOptions withVersions(ClientVersion minimum, ClientVersion linking) {
        return changed(draft -> {
            draft.minimumVersion = minimum;
            draft.linkingVersion = linking;
        });
    }

    public SimulatorOptions withNewChats(int newRefusalsAllowed, Duration newTimeLock, int cap) {
        return changed(draft -> {
            draft.refusalsAllowed = newRefusalsAllowed;
            draft.timeLock = newTimeLock;
            draft.newChatCap = cap;
        });
    }

    public SimulatorOptions withHosts(HostOptions value) {
        return changed(draft -> draft.hosts = value);
    }

    private SimulatorOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    private static void requirePort(String name, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(name + ": found " + port + ", allowed 0 to 65535");
        }
    }

    /** The same options, open to change. */
    private static final class Draft {
        private String bindAddress;
        private int proxyPort;
        private int controlPort;
        private @Nullable Path directory;
        private VerifyMode verify;
        private ReadReceipts readReceipts;
        private Duration firstQrLifetime;
        private Duration nextQrLifetime;
        private Duration ackLatency;
        private Duration receiptLatency;
        private Duration firstNodeDelay;
        private Duration handshakeTimeout;
        private int messagesPerPhone;
        private long mediaBytes;
        private Set<Rule> withoutRules;
        private PhoneTraits newPhones;
        private ClientVersion minimumVersion;
        private ClientVersion linkingVersion;
        private int refusalsAllowed;
        private Duration timeLock;
        private int newChatCap;
        private HostOptions hosts;

        Draft(SimulatorOptions from) {
            bindAddress = from.bindAddress;
            proxyPort = from.proxyPort;
            controlPort = from.controlPort;
            directory = from.directory;
            verify = from.verify;
            readReceipts = from.readReceipts;
            firstQrLifetime = from.firstQrLifetime;
            nextQrLifetime = from.nextQrLifetime;
            ackLatency = from.ackLatency;
            receiptLatency = from.receiptLatency;
            firstNodeDelay = from.firstNodeDelay;
            handshakeTimeout = from.handshakeTimeout;
            messagesPerPhone = from.messagesPerPhone;
            mediaBytes = from.mediaBytes;
            withoutRules = from.withoutRules;
            newPhones = from.newPhones;
            minimumVersion = from.minimumVersion;
            linkingVersion = from.linkingVersion;
            refusalsAllowed = from.refusalsAllowed;
            timeLock = from.timeLock;
            newChatCap = from.newChatCap;
            hosts = from.hosts;
        }

        SimulatorOptions options() {
            return new SimulatorOptions(
                    bindAddress,
                    proxyPort,
                    controlPort,
                    directory,
                    verify,
                    readReceipts,
                    firstQrLifetime,
                    nextQrLifetime,
                    ackLatency,
                    receiptLatency,
                    firstNodeDelay,
                    handshakeTimeout,
                    messagesPerPhone,
                    mediaBytes,
                    withoutRules,
                    newPhones,
                    minimumVersion,
                    linkingVersion,
                    refusalsAllowed,
                    timeLock,
                    newChatCap,
                    hosts);
        }
    }
}
