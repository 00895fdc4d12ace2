package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A known load in the other direction: phones write to random sessions, so many times per second. Each session is written to by one
 * phone, one thing after the other, so that their order is known. Of ten things one is a file, one an edit, one a reaction, and one a
 * text that the session's own phone writes.
 */
public final class PhoneLoad {
    private final List<PhoneChat> chats = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * A load that has not begun.
     *
     * @param phones numbers that no other load writes from, to or about
     */
    public PhoneLoad(
            SimulatorClient simulator, List<PairedSession> sessions, List<String> phones, Ledger ledger, long seed) {
        phones.forEach(simulator::addPhone);
        for (int i = 0; i < sessions.size(); i++) {
            String phone = phones.get(i % phones.size());
            chats.add(new PhoneChat(simulator, sessions.get(i), phone, ledger, new Random(seed + i)));
        }
    }

    /** Begins. */
    public void start(int perSecond, Random random) {
        chats.forEach(PhoneChat::start);
        Ticker.repeat(
                perSecond,
                stopped,
                () -> chats.get(random.nextInt(chats.size())).writeSoon());
    }

    /** Begins nothing more, and returns when all that was begun is written. */
    public void finish() throws InterruptedException {
        stopped.set(true);
        for (PhoneChat chat : chats) {
            chat.finish();
        }
    }
}
