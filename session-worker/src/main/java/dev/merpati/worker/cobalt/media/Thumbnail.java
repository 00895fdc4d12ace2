package dev.merpati.worker.cobalt.media;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a chat shows of an image before it is downloaded. Made in memory: ImageIO's own streams would put a copy of the
 * image into a temporary file.
 *
 * @param width of the image in pixels, and {@code height} likewise
 * @param jpeg a small JPEG; null when the image is too big to look at
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Thumbnail(int width, int height, byte @Nullable [] jpeg) {
    private static final int SIDE = 72;
    private static final long MAX_PIXELS = 50_000_000;

    /** Empty when this JVM cannot read the format (WebP) or the image is damaged. */
    public static Optional<Thumbnail> of(byte[] image) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(image))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return Optional.of(read(reader));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // Readers throw all kinds of exceptions at damaged files.
            return Optional.empty();
        }
    }

    private static Thumbnail read(ImageReader reader) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MAX_PIXELS) {
            return new Thumbnail(width, height, null);
        }
        // Leaves out pixels while it reads, so that the whole picture is never in memory.
        int step = Math.max(1, Math.max(width, height) / SIDE);
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setSourceSubsampling(step, step, 0, 0);
        return new Thumbnail(width, height, jpeg(reader.read(0, parameters)));
    }

    private static byte[] jpeg(BufferedImage small) throws IOException {
        // JPEG knows neither transparency nor palettes.
        BufferedImage opaque = new BufferedImage(small.getWidth(), small.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = opaque.createGraphics();
        try {
            graphics.drawImage(small, 0, 0, java.awt.Color.WHITE, null);
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream encoded = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(opaque, "jpeg", encoded);
        }
        return out.toByteArray();
    }
}
