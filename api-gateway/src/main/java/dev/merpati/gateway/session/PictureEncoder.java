package dev.merpati.gateway.session;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.AbstractEncoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;

/** Writes the picture of a QR code. */
@Component
final class PictureEncoder extends AbstractEncoder<QrAnswer.Picture> {
    PictureEncoder() {
        super(MediaType.IMAGE_PNG);
    }

    @Override
    public boolean canEncode(ResolvableType elementType, @Nullable MimeType mimeType) {
        return elementType.toClass() == QrAnswer.Picture.class && super.canEncode(elementType, mimeType);
    }

    @Override
    public Flux<DataBuffer> encode(
            Publisher<? extends QrAnswer.Picture> pictures,
            DataBufferFactory buffers,
            ResolvableType elementType,
            @Nullable MimeType mimeType,
            @Nullable Map<String, Object> hints) {
        return Flux.from(pictures).map(picture -> encodeValue(picture, buffers, elementType, mimeType, hints));
    }

    @Override
    public DataBuffer encodeValue(
            QrAnswer.Picture picture,
            DataBufferFactory buffers,
            ResolvableType elementType,
            @Nullable MimeType mimeType,
            @Nullable Map<String, Object> hints) {
        ByteBuffer png = picture.png();
        DataBuffer buffer = buffers.allocateBuffer(png.remaining());
        buffer.write(png);
        return buffer;
    }
}
