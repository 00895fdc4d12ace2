package dev.merpati.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private int routed;
    private int emptyFrames;
    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(new FrameDecoder.Client() {
        @Override
        public int maxFrame() {
            return 1 << 20;
        }

        @Override
        public void routed() {
            routed++;
        }

        @Override
        public void emptyFrame() {
            emptyFrames++;
        }
    }));

    @Test
    void readsFramesHoweverTheBytesAreCut() {
        byte[] stream = HexFormat.of().parseHex("57410603" + "000002aabb" + "000001cc");
        for (byte next : stream) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {next}));
        }
        assertThat(channel.<byte[]>readInbound()).containsExactly(0xaa, 0xbb);
        assertThat(channel.<byte[]>readInbound()).containsExactly(0xcc);
    }

    @Test
    void countsAndSkipsRoutingInformationAndEmptyFrames() {
        write("45440001" + "000003010203" + "57410603" + "000000" + "000001cc");
        assertThat(channel.<byte[]>readInbound()).containsExactly(0xcc);
        assertThat(routed).isEqualTo(1);
        assertThat(emptyFrames).isEqualTo(1);
    }

    @Test
    void refusesRoutingInformationThatIsTooLong() {
        assertThatThrownBy(() -> write("45440001" + "ffffff")).isInstanceOf(CorruptedFrameException.class);
    }

    @Test
    void refusesAnotherProtocol() {
        assertThatThrownBy(() -> write("47455420")).isInstanceOf(CorruptedFrameException.class);
    }

    @Test
    void refusesAFrameThatIsTooLong() {
        assertThatThrownBy(() -> write("57410603" + "ffffff")).isInstanceOf(CorruptedFrameException.class);
    }

    private void write(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }
}
