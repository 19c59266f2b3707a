// libsrtp 3's call shapes on Debian's libsrtp 2, as far as the mediasoup worker uses them.
// libsrtp 3 takes separate input and output buffers and size_t lengths; libsrtp 2 works in place on an int.
#pragma once
#include <cstdint>
#include <cstring>
#include <srtp2/srtp.h>

#define srtp_err_status_buffer_small static_cast<srtp_err_status_t>(28)
#define srtp_err_status_cryptex_err static_cast<srtp_err_status_t>(29)

namespace amphi_srtp
{
	template<typename InPlace>
	inline srtp_err_status_t outOfPlace(
	  const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, InPlace inPlace)
	{
		if (*outLen < inLen)
		{
			return srtp_err_status_buffer_small;
		}
		if (in != out)
		{
			std::memmove(out, in, inLen);
		}
		int len     = static_cast<int>(inLen);
		auto status = inPlace(out, &len);
		*outLen     = static_cast<size_t>(len);
		return status;
	}
} // namespace amphi_srtp

#define AMPHI_SRTP_SHAPE(name) \
	inline srtp_err_status_t name(                                                                    \
	  srtp_t ctx, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mki*/ = 0)  \
	{                                                                                                 \
		return amphi_srtp::outOfPlace(                                                                  \
		  in, inLen, out, outLen, [ctx](void* p, int* len) { return (name)(ctx, p, len); });   \
	}

AMPHI_SRTP_SHAPE(srtp_protect)
AMPHI_SRTP_SHAPE(srtp_unprotect)
AMPHI_SRTP_SHAPE(srtp_protect_rtcp)
AMPHI_SRTP_SHAPE(srtp_unprotect_rtcp)

inline srtp_err_status_t srtp_stream_remove(srtp_t ctx, uint32_t ssrcNetworkOrder)
{
	return srtp_remove_stream(ctx, ssrcNetworkOrder);
}
