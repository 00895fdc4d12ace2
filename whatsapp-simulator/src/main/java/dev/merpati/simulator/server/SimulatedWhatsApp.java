package dev.merpati.simulator.server;

import dev.merpati.simulator.HostOptions;
import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.media.MediaStorage;
import dev.merpati.simulator.noise.ServerIdentity;
import dev.merpati.simulator.phone.DeviceListener;
import dev.merpati.simulator.phone.NumberRule;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.PhoneStorage;
import dev.merpati.simulator.rule.Refusals;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.state.PhoneFiles;
import dev.merpati.simulator.state.StateDirectory;
import dev.merpati.simulator.tls.RootAuthority;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The parts of the server, put together. */
public final class SimulatedWhatsApp implements AutoCloseable {
    /** The last part of the version that clients which look one up are told: whatsmeow's of August 2026. */
    private static final long CURRENT_REVISION = 1_045_649_367;

    private final ExecutorService phoneThreads = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("simulator-phones", true));
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("simulator-timer", true));
    private final Clock clock;
    private final @Nullable Path sendable;
    private final Faults faults = new Faults();
    private final Stats stats = new Stats();
    private final Rules rules;
    private final RetryRequests retryRequests = new RetryRequests();
    private final DirtyBits dirtyBits;
    private final AppStateUpdates appStateUpdates;
    private final RootAuthority authority;
    private final ServerIdentity noise;
    private final PhoneDirectory phones;
    private final MediaStorage media;
    private final @Nullable PhoneFiles files;
    private final Pairings pairings;
    private final MockPhones mockPhones;
    private final PhoneReceipts receipts;
    private final PhoneSender sender;
    private final PresenceRelay presence;
    private final PlayedDevices playedDevices;
    private final CompanionRemoval companionRemoval;
    private final Reinstallation reinstallation;
    private final NumberChange numberChange;
    private final PrivacyTokens tokens;
    private final NewChats newChats;
    private final Migration migration;
    private final ChatServer chat;
    private final ProxyServer proxy;

    private SimulatedWhatsApp(SimulatorOptions options, Clock clock) throws IOException {
        rules = new Rules(options.withoutRules(), new Refusals(clock));
        this.clock = clock;
        dirtyBits = new DirtyBits(clock);
        Path directory = options.directory();
        sendable = directory == null ? null : Files.createDirectories(directory.resolve("files"));
        if (directory == null) {
            authority = ownAuthority(options.hosts(), clock).orElseGet(() -> RootAuthority.create(clock));
            noise = ServerIdentity.create(clock);
            files = null;
            phones = phones(options, new NumberRule(Map.of(), _ -> {}), PhoneStorage.NONE);
            media = new MediaStorage(Files.createTempDirectory("merpati-simulator-media"), options.mediaBytes());
        } else {
            StateDirectory state = new StateDirectory(directory);
            authority = state.authority(ownAuthority(options.hosts(), clock), clock);
            noise = state.noise(clock);
            files = new PhoneFiles(state);
            phones = phones(options, new NumberRule(state.numbers(), state::saveNumbers), files);
            files.restoreInto(phones);
            media = new MediaStorage(state.media(), options.mediaBytes());
        }
        Hosts hosts = new Hosts(options.hosts().names(), options.hosts().mediaHost());
        MediaTokens mediaTokens =
                new MediaTokens(noise.secret("media tokens"), options.hosts().mediaTokenLifetime(), clock);
        ClientChecks checks =
                new ClientChecks(rules, phones, options.minimumVersion(), options.linkingVersion(), clock);
        pairings = new Pairings(phones, options, rules, checks, clock, stats);
        mockPhones = new MockPhones(phones, pairings);
        appStateUpdates = new AppStateUpdates(media, clock);
        receipts = new PhoneReceipts(options, scheduler, retryRequests, clock);
        tokens = new PrivacyTokens(phones, clock);
        PreKeySupply supply = new PreKeySupply(clock);
        PeerMessages peers = new PeerMessages(supply, clock);
        migration = new Migration(phones, peers, clock);
        newChats =
                new NewChats(phones, rules, options.refusalsAllowed(), options.timeLock(), options.newChatCap(), clock);
        sender = new PhoneSender(tokens, supply, rules, clock);
        presence = new PresenceRelay(phones, clock);
        ReceiptRelay receiptRelay = new ReceiptRelay(
                phones,
                sender,
                retryRequests,
                new Reuploads(phones, media, faults, scheduler, clock),
                rules,
                stats,
                clock);
        playedDevices = new PlayedDevices(phones, receiptRelay, clock);
        playedDevices.resume();
        phones.listen(DeviceListener.both(
                new DeviceNotifications(phones, clock),
                new CompanionSync(phones, new History(phones, tokens, clock), peers, media, rules, clock)));
        companionRemoval = new CompanionRemoval(phones, rules.refusals());
        reinstallation = new Reinstallation(phones, companionRemoval, clock);
        numberChange = new NumberChange(phones, companionRemoval, clock);
        PhoneReceiver receiver = new PhoneReceiver(
                options.verify(), options.readReceipts(), receipts, media, peers, rules, faults, stats, clock);
        chat = new ChatServer(
                noise,
                faults,
                stats,
                clock,
                rules,
                checks,
                pairings,
                new Login(phones, faults, rules, stats, dirtyBits, clock),
                List.of(
                        new Usync(phones, rules, faults, stats),
                        new MissingPreKeys(phones, supply),
                        new PreKeyQueries(phones, supply, rules, faults, clock, stats),
                        new MediaConnectionQuery(hosts, mediaTokens),
                        companionRemoval,
                        tokens,
                        newChats,
                        migration,
                        new AppStateQueries(phones),
                        dirtyBits,
                        new ServiceQueries(),
                        new AccountQueries(phones)),
                new MessageRelay(
                        phones,
                        new MessageChecks(phones, rules, retryRequests, tokens, newChats),
                        newChats,
                        receiver,
                        rules,
                        faults,
                        stats,
                        clock,
                        options.ackLatency().toMillis()),
                receiptRelay,
                presence,
                options.firstNodeDelay().toMillis());
        SslContext tls = tls(hosts);
        proxy = new ProxyServer(
                options.bindAddress(),
                options.proxyPort(),
                () -> new TunnelHandler(
                        hosts,
                        tls,
                        faults,
                        options.handshakeTimeout(),
                        host -> new ChatHandler(chat, host),
                        () -> new WebHandler(mockPhones, CURRENT_REVISION),
                        () -> new MediaHandler(media, mediaTokens, faults, stats)));
    }

    public static SimulatedWhatsApp start(SimulatorOptions options, Clock clock) throws IOException {
        return new SimulatedWhatsApp(options, clock);
    }

    private PhoneDirectory phones(SimulatorOptions options, NumberRule numbers, PhoneStorage storage) {
        return new PhoneDirectory(numbers, options.newPhones(), options.messagesPerPhone(), phoneThreads, storage);
    }

    /** The root that the options name. */
    private static Optional<RootAuthority> ownAuthority(HostOptions options, Clock clock) throws IOException {
        Path file = options.certificateAuthority();
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(RootAuthority.read(Files.readString(file, StandardCharsets.ISO_8859_1), clock));
        } catch (GeneralSecurityException e) {
            throw new IOException("No root certificate in " + file + ": " + e.getMessage(), e);
        }
    }

    private SslContext tls(Hosts hosts) throws IOException {
        RootAuthority.ServerCertificate server = authority.issue(hosts.names().toArray(String[]::new));
        return SslContextBuilder.forServer(server.privateKey(), server.certificate(), authority.certificate())
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    public int proxyPort() {
        return proxy.port();
    }

    public RootAuthority authority() {
        return authority;
    }

    /** The server's Noise keys. */
    public ServerIdentity noise() {
        return noise;
    }

    public PhoneDirectory phones() {
        return phones;
    }

    public Faults faults() {
        return faults;
    }

    public Stats stats() {
        return stats;
    }

    /** Which rules are enforced, and who broke them. */
    public Rules rules() {
        return rules;
    }

    /** Where the files are that phones can send by name; empty without a state directory. */
    public Optional<Path> files() {
        return Optional.ofNullable(sendable);
    }

    public Clock clock() {
        return clock;
    }

    public MediaStorage media() {
        return media;
    }

    public Pairings pairings() {
        return pairings;
    }

    public MockPhones mockPhones() {
        return mockPhones;
    }

    public PhoneReceipts receipts() {
        return receipts;
    }

    public PhoneSender sender() {
        return sender;
    }

    public PlayedDevices playedDevices() {
        return playedDevices;
    }

    public PresenceRelay presence() {
        return presence;
    }

    public CompanionRemoval companionRemoval() {
        return companionRemoval;
    }

    public NumberChange numberChange() {
        return numberChange;
    }

    public Reinstallation reinstallation() {
        return reinstallation;
    }

    public PrivacyTokens tokens() {
        return tokens;
    }

    public Migration migration() {
        return migration;
    }

    public NewChats newChats() {
        return newChats;
    }

    public AppStateUpdates appStateUpdates() {
        return appStateUpdates;
    }

    public DirtyBits dirtyBits() {
        return dirtyBits;
    }

    public ChatServer chat() {
        return chat;
    }

    /** Back to the state of a fresh start: no phones, paired devices, messages, uploads, faults or connections. */
    public void reset() {
        chat.closeAll();
        faults.clear();
        phones.clear();
        presence.clear();
        playedDevices.clear();
        stats.reset();
        rules.reset();
        retryRequests.clear();
        tokens.clear();
        dirtyBits.reset();
        try {
            media.clear();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the uploads", e);
        }
    }

    @Override
    public void close() {
        chat.closeAll();
        proxy.close();
        scheduler.shutdownNow();
        if (files != null) {
            files.close();
        }
        phoneThreads.shutdownNow();
    }
}
