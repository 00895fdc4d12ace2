package dev.merpati.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import it.auties.whatsapp.io.BinaryDecoder;
import it.auties.whatsapp.io.BinaryEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeCodecTest {
    @Test
    void readsBackWhatItWrote() {
        Node node = Node.of("iq", Node.of("query", new byte[] {1, 2, 3}), Node.of("list", Node.of("user")))
                .with("id", "a-1")
                .with("to", "s.whatsapp.net")
                .with("from", "6281200000001:3@s.whatsapp.net")
                .with("lid", "123:2@lid")
                .with("empty", "");
        assertThat(NodeReader.decode(NodeWriter.encode(node))).isEqualTo(node);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255, 256, 65_536, 1 << 20})
    void carriesBytesOfAnyLength(int length) {
        Node node = Node.of("x", new byte[length]);
        assertThat(NodeReader.decode(NodeWriter.encode(node)).content().orElseThrow())
                .hasSize(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256, 812})
    void carriesListsOfAnyLength(int length) {
        Node node = Node.of("list").children(Collections.nCopies(length, Node.of("key")));
        assertThat(NodeReader.decode(NodeWriter.encode(node)).children()).hasSize(length);
    }

    @Test
    void cobaltReadsWhatItWrote() {
        Node node = Node.of("receipt", Node.of("retry").with("count", "1"))
                .with("id", "3EB0FF")
                .with("from", "6281200000001@s.whatsapp.net")
                .with("type", "retry");
        var read = BinaryDecoder.decode(new ByteArrayInputStream(NodeWriter.encode(node)));
        assertThat(read.description()).isEqualTo("receipt");
        assertThat(read.attributes().getString("id")).isEqualTo("3EB0FF");
        assertThat(read.attributes().getRequiredString("from")).isEqualTo("6281200000001@s.whatsapp.net");
        assertThat(read.findChild("retry").orElseThrow().attributes().getString("count"))
                .isEqualTo("1");
    }

    @Test
    void readsWhatCobaltWrote() {
        var node = it.auties.whatsapp.model.node.Node.of(
                "message",
                Map.<String, Object>of("id", "3EB00123456789ABCDEF", "t", "1700000000", "type", "text"),
                it.auties.whatsapp.model.node.Node.of("enc", new byte[] {9}));
        Node read = NodeReader.decode(BinaryEncoder.encode(node));
        assertThat(read.tag()).isEqualTo("message");
        assertThat(read.attributes())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("id", "3EB00123456789ABCDEF", "t", "1700000000", "type", "text"));
        assertThat(read.childContent("enc").orElseThrow()).containsExactly(9);
    }

    @Test
    void addressesOfOtherMessengersHaveAFormOfTheirOwn() {
        Node notice =
                Node.of("notification").with("from", "7-4912345678:2@interop").with("id", "after it");

        byte[] bytes = NodeWriter.encode(notice);

        assertThat(bytes).contains(Tag.INTEROP_JID);
        assertThat(NodeReader.decode(bytes)).isEqualTo(notice);
        assertThat(NodeReader.decode(NodeWriter.encode(notice.with("from", "nobody@interop"))))
                .isEqualTo(notice.with("from", "nobody@interop"));
    }

    @Test
    void readsPackedDigitsAndHex() {
        byte[] digits = {0, (byte) Tag.LIST_8, 1, (byte) Tag.NIBBLE_8, (byte) 0x82, 0x12, (byte) 0x3f};
        assertThat(NodeReader.decode(digits).tag()).isEqualTo("123");
        byte[] hex = {0, (byte) Tag.LIST_8, 1, (byte) Tag.HEX_8, 2, 0x1A, (byte) 0xF0};
        assertThat(NodeReader.decode(hex).tag()).isEqualTo("1AF0");
    }

    @Test
    void readsCompressedNodes() throws Exception {
        byte[] plain = NodeWriter.encode(Node.of("iq").with("id", "7"));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        compressed.write(2);
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(compressed)) {
            deflater.write(plain, 1, plain.length - 1);
        }
        assertThat(NodeReader.decode(compressed.toByteArray()))
                .isEqualTo(Node.of("iq").with("id", "7"));
    }

    @Test
    void refusesWhatIsNoNode() {
        byte[] whole = NodeWriter.encode(Node.of("iq", new byte[100]).with("id", "7"));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> NodeReader.decode(cut)).isInstanceOf(MalformedNodeException.class);
        }
    }

    @Test
    void refusesNodesNestedTooDeep() {
        Node node = Node.of("x");
        for (int i = 0; i < 100; i++) {
            node = Node.of("x").children(List.of(node));
        }
        byte[] bytes = NodeWriter.encode(node);
        assertThatThrownBy(() -> NodeReader.decode(bytes)).isInstanceOf(MalformedNodeException.class);
    }
}
