package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.model.qr.QrImage;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@RestController
class QrController {
    private final QrCodes codes;

    QrController(QrCodes codes) {
        this.codes = codes;
    }

    @GetMapping("/api/sessions/{sessionId}/qr")
    Mono<ResponseEntity<QrAnswer>> qr(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            ServerWebExchange exchange) {
        boolean image = prefersPng(exchange.getRequest().getHeaders());
        return codes.current(tenant, sessionId)
                .publishOn(Schedulers.boundedElastic())
                .map(QrImage::png)
                .map(png -> ResponseEntity.ok()
                        .cacheControl(CacheControl.noStore())
                        .contentType(image ? MediaType.IMAGE_PNG : MediaType.APPLICATION_JSON)
                        .body(image ? new QrAnswer.Picture(png) : QrAnswer.Json.of(png)));
    }

    /** JSON is the answer whenever the client has no clear wish for the picture, errors included. */
    private static boolean prefersPng(HttpHeaders headers) {
        List<MediaType> byWish;
        try {
            byWish = new ArrayList<>(headers.getAccept());
            MimeTypeUtils.sortBySpecificity(byWish);
        } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
            return false;
        }
        return byWish.stream()
                .filter(type -> !type.isWildcardType())
                .filter(type -> type.includes(MediaType.IMAGE_PNG) || type.isCompatibleWith(MediaType.APPLICATION_JSON))
                .findFirst()
                .filter(type -> type.includes(MediaType.IMAGE_PNG))
                .isPresent();
    }
}
