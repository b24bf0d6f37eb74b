package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.weir.core.model.BodyMatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The first bytes of an answer's body, and whether they are what a check wants (CLB-20). Confined to its owner. */
final class AnswerBody {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean overLimit;

    /** Adds what arrived; bytes over the limit are not kept. */
    void add(ByteBuf arrived) {
        int taken = Math.min(arrived.readableBytes(), BodyMatch.MAX_BYTES - bytes.size());
        overLimit = overLimit || taken < arrived.readableBytes();
        byte[] kept = new byte[taken];
        arrived.getBytes(arrived.readerIndex(), kept);
        bytes.writeBytes(kept);
    }

    /** The body is longer than what is looked at. */
    boolean overLimit() {
        return overLimit;
    }

    /** Why the body is not what it must be; empty if it is. */
    Optional<String> mismatch(BodyMatch match) {
        return switch (match.test()) {
            case BodyMatch.Test.Contains(String text) -> unless(text().contains(text) != match.not(), match, "contain", text);
            case BodyMatch.Test.Matches(String pattern) -> matches(pattern, match);
            case BodyMatch.Test.Sha256(String hex) ->
                unless((!overLimit && sha256().equals(hex)) != match.not(), match, "have SHA-256", hex);
        };
    }

    private Optional<String> matches(String pattern, BodyMatch match) {
        try {
            boolean found = Pattern.compile(pattern).matcher(new MeteredText(text())).find();
            return unless(found != match.not(), match, "match", pattern);
        } catch (MeteredText.Spent | StackOverflowError spent) {
            return Optional.of("the pattern tries too many ways to match the body");
        }
    }

    private static Optional<String> unless(boolean fine, BodyMatch match, String verb, String what) {
        return fine ? Optional.empty() : Optional.of("body does " + (match.not() ? "" : "not ") + verb + " '" + what + "'");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
