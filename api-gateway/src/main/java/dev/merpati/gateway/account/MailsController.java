package dev.merpati.gateway.account;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.page.PageController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.reactive.result.view.Rendering;

/** Shows the mails that no server has taken, to whoever tries Merpati out on one machine. */
@PageController
class MailsController {
    private final Outbox outbox;
    private final AccountSettings settings;

    MailsController(Outbox outbox, AccountSettings settings) {
        this.outbox = outbox;
        this.settings = settings;
    }

    @GetMapping("/mails")
    Rendering show() {
        if (!settings.showMails()) {
            throw ApiError.of(HttpStatus.NOT_FOUND, "path_not_found", "No such path: check the URL")
                    .exception();
        }
        return Rendering.view("account/mails")
                .modelAttribute("mails", outbox.shown())
                .build();
    }
}
