package dev.merpati.simulator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.signal.SignalException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SignalPartyTest {
    private final SignalParty ani = SignalParty.create();
    private SignalParty budi = SignalParty.create();

    @BeforeEach
    void begin() throws SignalException {
        ani.begin("budi", budi.bundle());
    }

    @Test
    void talksInBothDirections() throws SignalException {
        Encrypted first = fromAni("one");
        assertThat(first.kind()).isEqualTo(Encrypted.Kind.PKMSG);
        assertThat(atBudi(first)).isEqualTo("one");
        assertThat(fromAni("two").kind())
                .as("until there is an answer, every message carries the keys")
                .isEqualTo(Encrypted.Kind.PKMSG);

        for (int turn = 0; turn < 5; turn++) {
            Encrypted answer = budi.encrypt("ani", bytes("answer " + turn));
            assertThat(answer.kind()).isEqualTo(Encrypted.Kind.MSG);
            assertThat(text(ani.decrypt("budi", answer))).isEqualTo("answer " + turn);
            Encrypted next = fromAni("next " + turn);
            assertThat(next.kind()).isEqualTo(Encrypted.Kind.MSG);
            assertThat(atBudi(next)).isEqualTo("next " + turn);
        }
    }

    @Test
    void readsMessagesInAnyOrderAcrossRatchetSteps() throws SignalException {
        List<Encrypted> early = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            early.add(fromAni("early " + i));
        }
        assertThat(atBudi(early.get(3))).isEqualTo("early 3");
        ani.decrypt("budi", budi.encrypt("ani", bytes("turn")));
        assertThat(atBudi(fromAni("after the turn"))).isEqualTo("after the turn");
        assertThat(atBudi(early.get(0))).isEqualTo("early 0");
        assertThat(atBudi(early.get(4))).isEqualTo("early 4");
        assertThat(atBudi(early.get(1))).isEqualTo("early 1");
    }

    @Test
    void aWrongMacIsNoticedInBothKindsOfMessages() throws SignalException {
        atBudi(fromAni("one"));
        Encrypted carriesKeys = fromAni("two");
        assertThatThrownBy(() -> atBudi(new Encrypted(carriesKeys.kind(), carriesKeys.withWrongMac())))
                .isInstanceOf(SignalException.class);
        assertThat(atBudi(carriesKeys)).isEqualTo("two");

        ani.decrypt("budi", budi.encrypt("ani", bytes("turn")));
        Encrypted plain = fromAni("three");
        assertThatThrownBy(() -> atBudi(new Encrypted(plain.kind(), plain.withWrongMac())))
                .isInstanceOf(SignalException.class);
        assertThat(atBudi(plain)).isEqualTo("three");
    }

    @Test
    void refusesADuplicate() throws SignalException {
        Encrypted message = fromAni("once");
        atBudi(message);
        assertFails(Reason.DUPLICATE, () -> atBudi(message));
    }

    @Test
    void refusesAWrongMacAndStillReadsTheRightOne() throws SignalException {
        Encrypted message = fromAni("right");
        ani.decrypt("budi", replyTo(message));
        Encrypted plain = fromAni("plain");
        byte[] forged = plain.bytes().clone();
        forged[forged.length - 1] ^= 1;
        assertFails(Reason.NOT_AUTHENTIC, () -> budi.decrypt("ani", new Encrypted(Encrypted.Kind.MSG, forged)));
        assertThat(atBudi(plain)).isEqualTo("plain");
    }

    @Test
    void refusesACiphertextForSomebodyElse() throws SignalException {
        SignalParty other = SignalParty.create();
        Encrypted message = fromAni("not for you");
        assertThatThrownBy(() -> other.decrypt("ani", message)).isInstanceOf(SignalException.class);
    }

    @Test
    void refusesABundleThatItsIdentityDidNotSign() {
        PreKeyBundle good = budi.bundle();
        PreKeyBundle bad = new PreKeyBundle(
                good.registrationId(),
                SignalParty.create().identityKey(),
                good.signedPreKeyId(),
                good.signedPreKey(),
                good.signature(),
                good.oneTimeKey());
        assertFails(Reason.BAD_SIGNATURE, () -> ani.begin("budi", bad));
    }

    @Test
    void usesAOneTimeKeyOnce() throws SignalException {
        PreKeyBundle bundle = budi.bundle();
        SignalParty citra = SignalParty.create();
        ani.begin("budi", bundle);
        citra.begin("budi", bundle);
        atBudi(fromAni("first"));
        Encrypted second = citra.encrypt("budi", bytes("second"));
        assertFails(Reason.UNKNOWN_PRE_KEY, () -> budi.decrypt("citra", second));
    }

    @Test
    void worksWithoutAOneTimeKey() throws SignalException {
        PreKeyBundle full = budi.bundle();
        ani.begin(
                "budi",
                new PreKeyBundle(
                        full.registrationId(),
                        full.identityKey(),
                        full.signedPreKeyId(),
                        full.signedPreKey(),
                        full.signature(),
                        new PreKeyBundle.None()));
        assertThat(atBudi(fromAni("keys ran out"))).isEqualTo("keys ran out");
    }

    @Test
    void hasNoSessionWithAStranger() {
        assertFails(Reason.NO_SESSION, () -> ani.encrypt("stranger", bytes("?")));
        assertFails(
                Reason.MALFORMED, () -> ani.decrypt("stranger", new Encrypted(Encrypted.Kind.MSG, new byte[] {1, 2})));
    }

    @Test
    void survivesBeingStoredAsJson() throws SignalException {
        Encrypted first = fromAni("before");
        Encrypted skipped = fromAni("skipped");
        Encrypted third = fromAni("third");
        atBudi(first);
        atBudi(third);
        JsonMapper mapper = JsonMapper.builder().build();
        budi = SignalParty.restore(mapper.readValue(mapper.writeValueAsBytes(budi.snapshot()), PartySnapshot.class));
        assertThat(atBudi(skipped)).isEqualTo("skipped");
        assertThat(atBudi(fromAni("after"))).isEqualTo("after");
        assertFails(Reason.DUPLICATE, () -> atBudi(first));
        assertThat(text(ani.decrypt("budi", budi.encrypt("ani", bytes("back")))))
                .isEqualTo("back");
    }

    @Test
    void aRatchetThatIsBehindFollowsTheSender() throws SignalException {
        atBudi(fromAni("stored"));
        SignalParty behind = SignalParty.restore(budi.snapshot());
        atBudi(fromAni("lost in a crash"));
        budi = behind;
        assertThat(atBudi(fromAni("afterwards"))).isEqualTo("afterwards");
    }

    private Encrypted replyTo(Encrypted message) throws SignalException {
        atBudi(message);
        return budi.encrypt("ani", bytes("reply"));
    }

    private Encrypted fromAni(String text) throws SignalException {
        return ani.encrypt("budi", bytes(text));
    }

    private String atBudi(Encrypted message) throws SignalException {
        return text(budi.decrypt("ani", message));
    }

    private static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SignalException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
