package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.ledger.Written;
import dev.merpati.chaos.ledger.Written.Kind;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorClient;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** What one phone and the phone of one session write to each other, one thing after the other. */
final class PhoneChat {
    private static final int KINDS = 10;
    private static final String[] EMOJIS = {"👍", "❤️", "😂", "🙏🏽", "👩🏽‍🚀"};

    private final SimulatorClient simulator;
    private final PairedSession session;
    private final String phone;
    private final Ledger ledger;
    private final Random random;
    /** Ids of texts of the phone that were not edited yet, and of texts that nobody reacted to. */
    private final Deque<String> unedited = new ArrayDeque<>();

    private final Deque<String> unreacted = new ArrayDeque<>();
    private final Semaphore due = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("phone").unstarted(this::run);
    private volatile boolean finishing;

    PhoneChat(SimulatorClient simulator, PairedSession session, String phone, Ledger ledger, Random random) {
        this.simulator = simulator;
        this.session = session;
        this.phone = phone;
        this.ledger = ledger;
        this.random = random;
    }

    void start() {
        thread.start();
    }

    /** Has one thing more written when those before it are. */
    void writeSoon() {
        due.release();
    }

    /** Returns when all that was due is written. */
    void finish() throws InterruptedException {
        finishing = true;
        due.release();
        thread.join();
    }

    private void run() {
        try {
            while (true) {
                due.acquire();
                if (finishing && due.availablePermits() == 0) {
                    return;
                }
                writeOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeOne() {
        try {
            switch (random.nextInt(KINDS)) {
                case 0 -> writeFile();
                case 1 -> change(Kind.EDIT, unedited.poll(), text());
                case 2 -> change(Kind.REACTION, unreacted.poll(), EMOJIS[random.nextInt(EMOJIS.length)]);
                case 3 -> unreacted.add(writeText(Kind.OWN_TEXT, session.phone(), phone));
                default -> writeText();
            }
        } catch (RuntimeException e) {
            ledger.addFinding("a phone could not write: " + e);
        }
    }

    private void writeText() {
        String id = writeText(Kind.TEXT, phone, session.phone());
        unedited.add(id);
        unreacted.add(id);
    }

    private String writeText(Kind kind, String from, String to) {
        String text = text();
        return write(kind, from, Map.of("to", to, "text", text), null, text, null);
    }

    private void writeFile() {
        byte[] file = RandomFiles.pdf(random);
        String caption = text();
        write(
                Kind.FILE,
                phone,
                Map.of(
                        "to",
                        session.phone(),
                        "type",
                        "document",
                        "media",
                        Base64.getEncoder().encodeToString(file),
                        "mimeType",
                        "application/pdf",
                        "fileName",
                        "zamówienie.pdf",
                        "caption",
                        caption),
                null,
                caption,
                RandomFiles.sha256(file));
    }

    /** Edits a message or reacts to it; writes a text when there is none that it can be done to. */
    private void change(Kind kind, @Nullable String target, String content) {
        if (target == null) {
            writeText();
            return;
        }
        Map<String, Object> change = new LinkedHashMap<>(Map.of("id", target));
        if (kind == Kind.EDIT) {
            change.putAll(Map.of("type", "edit", "text", content));
        } else {
            change.putAll(Map.of("type", "reaction", "emoji", content));
        }
        write(kind, phone, change, target, content, null);
    }

    /** Returns the id of what was written. */
    private String write(
            Kind kind,
            String from,
            Map<String, Object> message,
            @Nullable String target,
            String content,
            @Nullable String sha256) {
        long begunAt = System.nanoTime();
        String id = simulator.write(from, message);
        ledger.add(new Written(
                kind,
                session.id(),
                session.phone(),
                phone,
                target == null ? id : target,
                content,
                sha256,
                begunAt,
                System.nanoTime()));
        return id;
    }

    private static String text() {
        return UUID.randomUUID() + " \"Где мой заказ?\"\n¿Dónde está? 👩🏽‍🚀 \\ </b>";
    }
}
