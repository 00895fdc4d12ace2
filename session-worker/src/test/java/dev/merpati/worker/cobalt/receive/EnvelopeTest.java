package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.merpati.worker.cobalt.address.Address;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final String OWN_NUMBER = "628000000001";
    private static final String OWN_LID = "111";
    private static final Jid LID = Jid.of("222", JidServer.lid(), 0, 0);

    @Test
    void aHiddenSenderIsTheOneWhoseNumberIsBesideIt() throws MalformedStanzaException {
        Envelope envelope = envelope(message().put("from", LID).put("sender_pn", Jid.of(628000000002L)));

        assertThat(envelope.sender()).isEqualTo(Address.ofLid("222"));
        assertThat(envelope.pair()).contains(new Envelope.Pair("628000000002", "222"));
        assertThat(envelope.fromMe()).isFalse();
    }

    @Test
    void aSenderByNumberCanNameItsHiddenId() throws MalformedStanzaException {
        Envelope envelope =
                envelope(message().put("from", Jid.of(628000000002L)).put("sender_lid", LID));

        assertThat(envelope.sender()).isEqualTo(Address.ofNumber("628000000002"));
        assertThat(envelope.pair()).contains(new Envelope.Pair("628000000002", "222"));
    }

    /** A device's address comes with the server of numbers, and its namespace as the domain. */
    @Test
    void theDomainOfADevicesAddressCounts() throws MalformedStanzaException {
        Envelope envelope = envelope(message().put("from", Jid.of("222", JidServer.whatsapp(), 5, 1)));

        assertThat(envelope.sender()).isEqualTo(Address.ofLid("222").withDevice(5));
        assertThat(envelope.chat()).isEqualTo(Address.ofLid("222"));
    }

    @Test
    void aHostedDeviceIsOneOfItsAccount() throws MalformedStanzaException {
        Envelope envelope = envelope(message().put("from", Jid.of("222", JidServer.whatsapp(), 99, 129)));

        assertThat(envelope.sender()).isEqualTo(Address.ofLid("222").withDevice(99));
    }

    @Test
    void whatTheOwnPhoneSentBelongsToTheRecipientsChat() throws MalformedStanzaException {
        Envelope envelope = envelope(message()
                .put("from", Jid.of(OWN_LID, JidServer.lid(), 0, 0))
                .put("recipient", LID)
                .put("peer_recipient_pn", Jid.of(628000000002L)));

        assertThat(envelope.fromMe()).isTrue();
        assertThat(envelope.chat()).isEqualTo(Address.ofLid("222"));
        assertThat(envelope.pair()).contains(new Envelope.Pair("628000000002", "222"));
    }

    @Test
    void aNoteOfTheOwnPhoneIsOne() throws MalformedStanzaException {
        Envelope envelope = envelope(message().put("from", Jid.of(OWN_NUMBER)).put("category", "peer"));

        assertThat(envelope.fromMe()).isTrue();
        assertThat(envelope.peer()).isTrue();
        assertThat(envelope.chat()).isEqualTo(Address.ofNumber(OWN_NUMBER));
    }

    @Test
    void digitsOfTheOtherNamespaceAreSomebodyElse() throws MalformedStanzaException {
        assertThat(envelope(message().put("from", Jid.of(OWN_LID, JidServer.whatsapp(), 0, 0)))
                        .fromMe())
                .isFalse();
    }

    @Test
    void withoutIdOrSenderItIsNoMessage() {
        assertThatExceptionOfType(MalformedStanzaException.class)
                .isThrownBy(() -> envelope(Attributes.of().put("from", LID)));
        assertThatExceptionOfType(MalformedStanzaException.class).isThrownBy(() -> envelope(message()));
    }

    private static Attributes message() {
        return Attributes.of().put("id", "A").put("t", "1");
    }

    private static Envelope envelope(Attributes attributes) throws MalformedStanzaException {
        return Envelope.of(Node.of("message", attributes), OWN_NUMBER, OWN_LID);
    }
}
