package dev.merpati.standalone;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import javax.imageio.ImageIO;

/** Files that a browser really shows and plays, made on the spot. */
final class PlayableFile {
    private static final int SAMPLES_PER_SECOND = 48_000;
    private static final int SAMPLES_PER_PACKET = 960;
    /** A page's table of lengths has a byte for each packet. */
    private static final int PACKETS_PER_PAGE = 50;

    /** 20 ms in one frame of one channel, with nothing to be heard (RFC 6716, section 3.1 has the first byte). */
    private static final byte[] SILENCE = {(byte) 0xf8, (byte) 0xff, (byte) 0xfe};

    private PlayableFile() {}

    static byte[] photo(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, new Color(20, 110, 100), width, height, new Color(240, 190, 90)));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.WHITE);
        graphics.fillOval(width / 3, height / 4, width / 4, height / 3);
        graphics.dispose();
        return written(image, "jpg");
    }

    /** A picture that cannot be compressed: 3 bytes a pixel. */
    static byte[] noise(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return written(image, "png");
    }

    private static byte[] written(BufferedImage image, String format) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, format, bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A voice note of somebody who says nothing: Opus in Ogg (RFC 7845), as WhatsApp's clients record. */
    static byte[] voice(int seconds) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
        head.put("OpusHead".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 1);
        head.putShort((short) 0).putInt(SAMPLES_PER_SECOND).putShort((short) 0).put((byte) 0);
        ByteBuffer tags = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        tags.put("OpusTags".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(0);
        file.writeBytes(page(2, 0, 0, 1, head.array()));
        file.writeBytes(page(0, 0, 1, 1, tags.array()));
        for (int second = 0; second < seconds; second++) {
            byte[] packets = new byte[SILENCE.length * PACKETS_PER_PAGE];
            for (int i = 0; i < PACKETS_PER_PAGE; i++) {
                System.arraycopy(SILENCE, 0, packets, i * SILENCE.length, SILENCE.length);
            }
            long end = (second + 1L) * PACKETS_PER_PAGE * SAMPLES_PER_PACKET;
            file.writeBytes(page(second == seconds - 1 ? 4 : 0, end, second + 2, PACKETS_PER_PAGE, packets));
        }
        return file.toByteArray();
    }

    /** RFC 3533, section 6. */
    private static byte[] page(int flags, long position, int number, int packets, byte[] content) {
        ByteBuffer page = ByteBuffer.allocate(27 + packets + content.length).order(ByteOrder.LITTLE_ENDIAN);
        page.put("OggS".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put((byte) flags);
        page.putLong(position).putInt(1).putInt(number).putInt(0).put((byte) packets);
        for (int i = 0; i < packets; i++) {
            page.put((byte) (content.length / packets));
        }
        page.put(content);
        return page.putInt(22, checksum(page.array())).array();
    }

    private static int checksum(byte[] page) {
        int sum = 0;
        for (byte each : page) {
            sum ^= each << 24;
            for (int bit = 0; bit < 8; bit++) {
                sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
            }
        }
        return sum;
    }

    /** A sticker as WhatsApp has them, WebP with a transparent ground; Java writes none, but a browser does. */
    static byte[] sticker(Chromium browser) {
        return fromBrowser(browser, """
                const canvas = Object.assign(document.createElement("canvas"), {width: 512, height: 512});
                const context = canvas.getContext("2d");
                context.fillStyle = "#0b6b61";
                context.arc(256, 256, 220, 0, 7);
                context.fill();
                const done = arguments[0];
                done(canvas.toDataURL("image/webp"));
                """);
    }

    /** A second of a moving square, as the browser itself records it. */
    static byte[] video(Chromium browser) {
        return fromBrowser(browser, """
                const done = arguments[0];
                const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 240});
                const context = canvas.getContext("2d");
                let frame = 0;
                const painting = setInterval(() => {
                  context.fillStyle = "#0b6b61";
                  context.fillRect(0, 0, 320, 240);
                  context.fillStyle = "#fff";
                  context.fillRect(5 * frame++, 90, 60, 60);
                }, 40);
                const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm;codecs=vp8"});
                recorder.ondataavailable = (event) => {
                  clearInterval(painting);
                  const reader = new FileReader();
                  reader.onload = () => done(reader.result);
                  reader.readAsDataURL(event.data);
                };
                recorder.start();
                setTimeout(() => recorder.stop(), 1000);
                """);
    }

    private static byte[] fromBrowser(Chromium browser, String script) {
        String url = String.valueOf(Objects.requireNonNull(browser.driver().executeAsyncScript(script)));
        return Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    }
}
