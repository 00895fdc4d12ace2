package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThumbnailTest {

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif"})
    void isASmallJpegWithTheSizeOfTheImage(String format) throws IOException {
        Thumbnail thumbnail = Thumbnail.of(image(format, 800, 600)).orElseThrow();

        assertThat(thumbnail.width()).isEqualTo(800);
        assertThat(thumbnail.height()).isEqualTo(600);
        BufferedImage small = ImageIO.read(new ByteArrayInputStream(thumbnail.jpeg()));
        assertThat(small.getWidth()).isBetween(36, 144);
        assertThat(thumbnail.jpeg()).hasSizeLessThan(8_000);
    }

    /** ImageIO's own streams put a copy of a customer's image into a temporary file. */
    @Test
    void nothingIsWrittenToTheDisk(@TempDir Path directory) throws IOException {
        byte[] image = image("png", 800, 600);
        File before = ImageIO.getCacheDirectory();
        Path gone = Files.createDirectory(directory.resolve("cache"));
        ImageIO.setCacheDirectory(gone.toFile());
        Files.delete(gone);
        try {
            assertThat(Thumbnail.of(image)).isPresent();
        } finally {
            ImageIO.setCacheDirectory(before);
        }
    }

    @Test
    void aTinyImageStaysAsItIs() throws IOException {
        Thumbnail thumbnail = Thumbnail.of(image("png", 3, 2)).orElseThrow();

        assertThat(ImageIO.read(new ByteArrayInputStream(thumbnail.jpeg())).getWidth())
                .isEqualTo(3);
    }

    @Test
    void whatCannotBeReadHasNone() throws IOException {
        byte[] image = image("png", 800, 600);

        assertThat(Thumbnail.of(new byte[0])).isEmpty();
        assertThat(Thumbnail.of("RIFF....WEBP".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEmpty();
        assertThat(Thumbnail.of(Arrays.copyOf(image, 40))).isEmpty();
    }

    private static byte[] image(String format, int width, int height) throws IOException {
        int type = "png".equals(format) ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, type), format, out);
        return out.toByteArray();
    }
}
