package io.weir.daemon.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/**
 * Why a request was refused, as {@code application/problem+json} tells it (RFC 9457).
 *
 * @param detail what is wrong and what to do, in one line
 * @param errors one for each mistake in a configuration
 */
record ProblemDocument(String type, String title, int status, String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {
    ProblemDocument {
        errors = List.copyOf(errors);
    }

    static ProblemDocument of(int status, String detail) {
        return of(status, detail, List.of());
    }

    static ProblemDocument of(int status, String detail, List<FieldError> errors) {
        return new ProblemDocument("about:blank", HttpResponseStatus.valueOf(status).reasonPhrase(), status, detail, errors);
    }

    /**
     * One mistake in a configuration.
     *
     * @param message all of it in one line: {@code weir.yaml:11:31: pools.shop.backends.i-01.weight: 400, want 0..100}
     */
    record FieldError(String field, int line, int column, String found, String wanted, String message) {}
}
