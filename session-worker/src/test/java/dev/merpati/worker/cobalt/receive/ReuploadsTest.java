package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReuploadsTest {
    private static final String ID = TestReceived.reference().messageId();

    private final List<Node> sent = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Reuploads reuploads =
            new Reuploads(Address.ofNumber("628000000001").withDevice(4), sent::add, () -> now);

    @Test
    void asksTheOwnPhoneInAReceiptThatOnlyWhoHasTheFileCanRead() throws Exception {
        CompletableFuture<ReuploadResult> _ = reuploads.request(TestReceived.reference());

        assertThat(sent).hasSize(1);
        Node receipt = sent.getFirst();
        assertThat(receipt.description()).isEqualTo("receipt");
        assertThat(receipt.attributes().getString("id")).isEqualTo(ID);
        assertThat(receipt.attributes().getString("type")).isEqualTo("server-error");
        assertThat(receipt.attributes().getRequiredJid("to")).hasToString("628000000001@s.whatsapp.net");
        Node message = receipt.findChild("rmr").orElseThrow();
        assertThat(message.attributes().getRequiredJid("jid")).hasToString("628111222333@s.whatsapp.net");
        assertThat(message.attributes().getString("from_me")).isEqualTo("false");
        Node encrypted = receipt.findChild("encrypt").orElseThrow();
        byte[] opened = Primitives.open(key(), bytes(encrypted, "enc_iv"), bytes(encrypted, "enc_p"), text(ID));
        assertThat(ProtoFields.parse(opened).text(1)).contains(ID);
    }

    @Test
    void namesTheRecipientOfAMessageOfTheAccountsOwn() {
        CompletableFuture<ReuploadResult> _ =
                reuploads.request(new ReceivedReference("3EB0", "to 777@lid", TestReceived.image()));

        Node message = sent.getFirst().findChild("rmr").orElseThrow();
        assertThat(Address.in(message, "jid")).contains(Address.ofLid("777"));
        assertThat(message.attributes().getString("from_me")).isEqualTo("true");
    }

    @Test
    void tellsWhereThePhoneHasUploadedTheFile() {
        CompletableFuture<ReuploadResult> result = reuploads.request(TestReceived.reference());
        assertThat(result).isNotDone();

        reuploads.answered(answer(
                new ProtoWriter().text(1, ID).text(2, "/v/t62/again?oh=2").number(3, 1)));

        assertThat(result).isCompletedWithValue(new ReuploadResult.Uploaded("/v/t62/again?oh=2"));
    }

    @ParameterizedTest
    @CsvSource({"1, 2, /a", "1, 0, /a", "1, 3, /a", "1, 1, https://example.com/a", "1, 1, ''", "2, 1, /a"})
    void anythingElseIsARefusal(int id, int code, String path) {
        CompletableFuture<ReuploadResult> result = reuploads.request(TestReceived.reference());

        reuploads.answered(answer(new ProtoWriter()
                .text(1, id == 1 ? ID : "another")
                .text(2, path)
                .number(3, code)));

        assertThat(result.join()).isInstanceOf(ReuploadResult.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1, 500})
    void anErrorIsARefusal(int code) {
        CompletableFuture<ReuploadResult> result = reuploads.request(TestReceived.reference());

        reuploads.answered(notification(Node.of("error", Attributes.of().put("code", Integer.toString(code)))));

        assertThat(result.join()).isInstanceOf(ReuploadResult.Refused.class);
    }

    /** The server passes on what it cannot make: whoever does not have the file's key names no place for it. */
    @Test
    void anAnswerUnderAnotherKeyOrOfNothingIsARefusal() {
        List<Node> forged = List.of(
                sealed(
                        Primitives.hkdf(new byte[32], text("WhatsApp Media Retry Notification"), 32),
                        12,
                        new ProtoWriter().text(1, ID).text(2, "/evil").number(3, 1)),
                Node.of("encrypt", Node.of("enc_p", new byte[40]), Node.of("enc_iv", new byte[5])),
                Node.of("encrypt", Node.of("enc_p", new byte[3]), Node.of("enc_iv", new byte[12])),
                Node.of("encrypt"),
                Node.of("other"));
        for (Node answer : forged) {
            CompletableFuture<ReuploadResult> result = reuploads.request(TestReceived.reference());
            reuploads.answered(notification(answer));
            assertThat(result.join()).isInstanceOf(ReuploadResult.Refused.class);
        }
    }

    @Test
    void oneRequestServesAllWhoAskAndIsRepeatedAfterAWhile() {
        CompletableFuture<ReuploadResult> first = reuploads.request(TestReceived.reference());
        now = now.plusSeconds(59);
        CompletableFuture<ReuploadResult> second = reuploads.request(TestReceived.reference());
        assertThat(sent).hasSize(1);
        now = now.plusSeconds(1);
        CompletableFuture<ReuploadResult> third = reuploads.request(TestReceived.reference());
        assertThat(sent).hasSize(2);
        first.cancel(true);

        reuploads.answered(answer(new ProtoWriter().text(1, ID).text(2, "/a").number(3, 1)));

        assertThat(List.of(second, third))
                .allSatisfy(result -> assertThat(result).isCompletedWithValue(new ReuploadResult.Uploaded("/a")));
    }

    @Test
    void whatNobodyAskedForIsOfNoUse() {
        reuploads.answered(answer(new ProtoWriter().text(1, ID).text(2, "/a").number(3, 1)));
        reuploads.answered(Node.of("notification", Attributes.of().put("type", "mediaretry")));

        assertThat(reuploads.request(TestReceived.reference())).isNotDone();
    }

    @Test
    void theEndOfTheConnectionEndsTheWaiting() {
        CompletableFuture<ReuploadResult> waiting = reuploads.request(TestReceived.reference());

        reuploads.end();

        assertThat(waiting.join()).isInstanceOf(ReuploadResult.Unanswered.class);
        assertThat(reuploads.request(TestReceived.reference()).join()).isInstanceOf(ReuploadResult.Unanswered.class);
        assertThat(sent).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"'', from 1@lid", "3EB0, ''", "3EB0, nonsense"})
    void aMessageThatIsNotKnownAnyMoreIsNotAskedFor(String id, String origin) {
        assertThat(reuploads
                        .request(new ReceivedReference(id, origin, TestReceived.image()))
                        .join())
                .isInstanceOf(ReuploadResult.Refused.class);
        assertThat(sent).isEmpty();
    }

    private static Node answer(ProtoWriter result) {
        return notification(sealed(key(), 12, result));
    }

    private static Node sealed(byte[] key, int nonceLength, ProtoWriter result) {
        byte[] nonce = Primitives.random(nonceLength);
        return Node.of(
                "encrypt",
                Node.of("enc_p", Primitives.seal(key, nonce, result.toBytes(), text(ID))),
                Node.of("enc_iv", nonce));
    }

    private static Node notification(Node content) {
        return Node.of(
                "notification",
                Attributes.of()
                        .put("id", ID)
                        .put("type", "mediaretry")
                        .put("from", Jid.of("628000000001@s.whatsapp.net")),
                content);
    }

    private static byte[] key() {
        return Primitives.hkdf(TestReceived.image().key(), text("WhatsApp Media Retry Notification"), 32);
    }

    private static byte[] bytes(Node parent, String child) {
        return parent.findChild(child).flatMap(Node::contentAsBytes).orElseThrow();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
